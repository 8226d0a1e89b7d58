# SPDX-License-Identifier: Apache-2.0
"""The whole cloud in one uWSGI worker: six APIs, their workers and this host's agents.

uWSGI loads this after its fork (lazy-apps), so threads and connections may be opened at once.
"""
from praline_common.api import wsgi

application = wsgi.load('praline')
_process = wsgi.process(wsgi.config_path())
_process.start()

try:
    import uwsgi
    uwsgi.atexit = _process.stop
except ImportError:
    pass
