# SPDX-License-Identifier: Apache-2.0
"""The whole cloud in one uWSGI worker: six APIs, their workers and this host's agents.

uWSGI loads this after its fork (lazy-apps), so threads and connections may be opened at once.
"""
from praline_common import errors
from praline_common.api import wsgi
from praline_common.api.turns import Turns

try:
    import uwsgi
except ImportError:
    uwsgi = None
# Each would answer for all agents and take back the operations that the other is working on.
if uwsgi is not None and uwsgi.numproc > 1:
    raise errors.Error('the embedded cloud is one process and etc/uwsgi.ini says %d; set processes = 1, or make a '
                       'distributed cloud with `praline init --database`' % uwsgi.numproc)
application = Turns(wsgi.load('praline'))
_process = wsgi.process(wsgi.config_path())
_process.start()

if uwsgi is not None:
    uwsgi.atexit = _process.stop
