# SPDX-License-Identifier: Apache-2.0
"""What a failure of the machine means to whoever typed the command: the thing, and what to do."""
import errno
import getpass
import re
import shutil

from oslo_db import exception as db_errors
from sqlalchemy import exc

from praline_common import errors

_FULL = re.compile(r'disk is full|No space left|disk full|errno: 28', re.I)
_SEALED = re.compile(r'readonly database|unable to open database|Permission denied', re.I)
# The last line of a Python traceback.
_LAST = re.compile(r'^(?:[A-Za-z_]\w*\.)*([A-Z]\w*): (.+)$')


def guarded(command):
    """The command class, whose failures of the machine are told in words."""
    class Guarded(command):

        def run(self, parsed_args):
            try:
                return super().run(parsed_args)
            except Exception as error:
                told = tell(error, self.app.options.state)
                if told is None:
                    raise
                raise errors.Error(told) from error
    Guarded.__name__, Guarded.__doc__, Guarded.__module__ = command.__name__, command.__doc__, command.__module__
    return Guarded


def tell(error, state):
    """A sentence for a failure of disk, permission, database or program; None for any other."""
    if isinstance(error, OSError):
        return _of_system(error, state)
    if isinstance(error, (db_errors.DBError, exc.SQLAlchemyError)):
        return _of_database(error, state)
    return None


def _of_system(error, state):
    where = error.filename or state
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return sealed(where)
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return '%s is in the way: %s. Name another directory with --state, or move it' % (where, error.strerror)
    return None


def _of_database(error, state):
    text = str(error)
    if _FULL.search(text):
        return full(state)
    if _SEALED.search(text):
        return sealed(state)
    if isinstance(error, db_errors.DBConnectionError):
        return ('the database does not answer: %s. `praline --state %s up` starts what belongs to this cloud; another '
                'one is named by the option `database` of each service' % (_short(text), state))
    return None


def full(where):
    try:
        left = '%d MiB are free' % (shutil.disk_usage(where).free >> 20)
    except OSError:
        left = 'nothing is free'
    return 'the disk of %s is full (%s); make room there and run the same command again' % (where, left)


def sealed(where):
    return '%s may not be read and written by %s; run the command as the owner of the state directory' % (
        where, getpass.getuser())


def cause(log):
    """The message of the last error in the end of a program's log, or the end itself."""
    lines = log.strip().splitlines()
    for line in reversed(lines):
        found = _LAST.match(line)
        if found and any(other.startswith('Traceback ') for other in lines):
            return found.group(2)
    return log


def _short(text):
    return text.splitlines()[0][:200]
