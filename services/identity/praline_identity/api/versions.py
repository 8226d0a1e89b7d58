# SPDX-License-Identifier: Apache-2.0
"""The version documents at / and /v3, answered without a token."""
import orjson

from praline_common.api.rest import Reply, operation
from praline_identity.api import rules
from praline_identity.api.resource import Resource

NEWEST = 'v3.14'
_UPDATED = '2020-04-07T00:00:00Z'


class Versions(Resource):
    """GET / : 300 with the versions there are."""

    def __init__(self, runtime):
        super().__init__(runtime)
        old = [document_v2(self.base)] if self.options.v2_enabled else []
        self._body = orjson.dumps({'versions': {'values': [document(self.base), *old]}})

    @operation('identity:list_versions', rules.ANYONE, public=True, status=300)
    def get_all(self, req):
        return Reply(self._body, headers={'Vary': 'X-Auth-Token', 'Location': self.base + '/'})


class Version3(Resource):
    """GET /v3"""

    def __init__(self, runtime):
        super().__init__(runtime)
        self._body = orjson.dumps({'version': document(self.base)})

    @operation('identity:get_version', rules.ANYONE, public=True)
    def get_all(self, req):
        return Reply(self._body, headers={'Vary': 'X-Auth-Token'})


def document(base):
    return {'id': NEWEST, 'status': 'stable', 'updated': _UPDATED,
            'links': [{'rel': 'self', 'href': base + '/'}],
            'media-types': [{'base': 'application/json', 'type': 'application/vnd.openstack.identity-v3+json'}]}


def document_v2(base):
    return {'id': 'v2.0', 'status': 'deprecated', 'updated': '2016-08-04T00:00:00Z',
            'links': [{'rel': 'self', 'href': base[:-len('/v3')] + '/v2.0/'},
                      {'rel': 'describedby', 'type': 'text/html', 'href': 'https://docs.openstack.org/'}],
            'media-types': [{'base': 'application/json', 'type': 'application/vnd.openstack.identity-v2.0+json'}]}
