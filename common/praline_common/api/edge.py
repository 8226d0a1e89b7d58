# SPDX-License-Identifier: Apache-2.0
"""The outermost filter: a request id in and out, and a JSON answer when all else fails.

One filter where oslo.middleware has three, at a tenth of their cost a request; oslo.middleware's own
proxy-header, CORS and health filters stay available in api-paste.ini.
"""
import logging
import re
import time
import uuid

LOG = logging.getLogger('praline.access')
# Identity's v2.0 has tokens in its paths.
_SECRET = re.compile(r'(?<=/v2\.0/tokens/)[^/]+')
_GLOBAL = re.compile(r'req-[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')


def _log_line(environ, status, began):
    LOG.info('%s %s%s %s %.1f ms %s', environ['REQUEST_METHOD'], environ.get('SCRIPT_NAME', ''),
             _SECRET.sub('***', environ.get('PATH_INFO', '')), status[:3], 1000 * (time.perf_counter() - began),
             environ['openstack.request_id'])


def filter_factory(global_conf, **local_conf):
    return Edge


def _too_long(start_response):
    """uWSGI loses a query that does not fit into its buffer beside the address: without it the answer would be another."""
    body = b'{"error": {"code": 414, "title": "URI Too Long", "message": "The query is too long; ask for less at once."}}'
    start_response('414 URI Too Long', [('Content-Type', 'application/json'), ('Content-Length', str(len(body)))])
    return [body]


class Edge:

    def __init__(self, app):
        self.app, self.log = app, LOG.isEnabledFor(logging.INFO)

    def __call__(self, environ, start_response):
        began = time.perf_counter()
        request_id = environ['openstack.request_id'] = 'req-' + str(uuid.uuid4())
        given = environ.get('HTTP_X_OPENSTACK_REQUEST_ID')
        if given and _GLOBAL.match(given):
            environ['openstack.global_request_id'] = given

        def start(status, headers, exc_info=None):
            headers.append(('x-openstack-request-id', request_id))
            if environ.get('SCRIPT_NAME', '').endswith('/compute'):
                headers.append(('x-compute-request-id', request_id))
            if self.log:
                _log_line(environ, status, began)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
        if not environ.get('QUERY_STRING') and environ.get('REQUEST_URI', '').partition('?')[2]:
            return _too_long(start)
        # An Accept header costs WebOb more than the rest of the routing; every answer is JSON or a stream.
        environ.pop('HTTP_ACCEPT', None)
        return self.app(environ, start)
