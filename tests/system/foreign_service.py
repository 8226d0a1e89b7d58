# SPDX-License-Identifier: Apache-2.0
"""A service that nobody of this project wrote: an unmodified keystonemiddleware before a small application.

    python foreign_service.py '{"auth_url": ..., "username": ..., ...}'

The argument is the configuration of auth_token as JSON.  The first line of the output is the port on loopback; the
application answers with what the middleware told it of the caller.  The process ends with its input.
"""
import json
import os
import sys
import threading
from wsgiref import simple_server

from keystonemiddleware import auth_token


def application(environ, start_response):
    told = {name: value for name, value in environ.items() if name.startswith('HTTP_X_')}
    start_response('200 OK', [('Content-Type', 'application/json')])
    return [json.dumps(told).encode()]


class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *_what):
        pass


def main():
    guarded = auth_token.AuthProtocol(application, json.loads(sys.argv[1]))
    server = simple_server.make_server('127.0.0.1', 0, guarded, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == '__main__':
    main()
