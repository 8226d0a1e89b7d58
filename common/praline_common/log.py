# SPDX-License-Identifier: Apache-2.0
"""Logging of a process: one line an event, to standard error or the file that the options name."""
import logging
import sys

_FORMAT = '%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s'
_QUIET = ('keystonemiddleware', 'oslo_policy', 'oslo_messaging', 'sqlalchemy', 'urllib3', 'oslo.messaging')


def setup(conf):
    """Once a process: level from the option debug, file from the option log_file."""
    handler = logging.FileHandler(conf.log_file) if conf.log_file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if conf.debug else logging.INFO)
    logging.getLogger('praline.access').setLevel(logging.INFO if conf.access_log else logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def levels(prefix=''):
    """`{name: level in force}` of this process's loggers whose names begin so."""
    return {name: logging.getLevelName(logging.getLogger(name).getEffectiveLevel()) for name in _names(prefix)}


def set_levels(level, prefix=''):
    """Until the process ends; level: 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."""
    for name in _names(prefix):
        logging.getLogger(name).setLevel(level)


def _names(prefix):
    return sorted(name for name, found in list(logging.root.manager.loggerDict.items())
                  if name.startswith(prefix) and isinstance(found, logging.Logger))
