# SPDX-License-Identifier: Apache-2.0
"""A service's own HTTP API over RPC, for a neighbour that still answers some of it under its own old paths."""
from urllib.parse import urlencode

import orjson
import webob

from praline_common import rpc
from praline_common.api.app import App


class Proxy:
    """An endpoint of the service's worker; see `api` of its contract.  `api`: what its api/root.py gives."""

    def __init__(self, runtime, api):
        self._app = App(runtime, api)

    @rpc.method
    def proxy_api(self, ctx, verb, path, body=None, query=None, content_type='application/json'):
        """[status, body] of a request to this service's API, made in the caller's name."""
        request = webob.Request.blank(path, method=verb, environ={
            'praline.context': ctx, 'openstack.request_id': ctx.request_id})
        if query:
            request.query_string = urlencode(query, doseq=True)
        if body is not None:
            request.body, request.content_type = orjson.dumps(body), content_type
        answer = request.get_response(self._app)
        return [answer.status_int, orjson.loads(answer.body) if answer.body else None]
