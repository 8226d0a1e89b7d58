# SPDX-License-Identifier: Apache-2.0
"""/v2.0/OS-KSADM/services, and /v2.0/endpoints, where one endpoint has up to three URLs."""
from praline_common.api.rest import operation
from praline_identity.api import endpoints as v3_endpoints
from praline_identity.api import parts
from praline_identity.api import services as v3
from praline_identity.api.resource import Resource, everything
from praline_identity.api.services import no_target
from praline_identity.api.v2 import shapes
from praline_identity.db import endpoints
from praline_identity.db import rows

_WORD = 'OS-KSADM:service'
CREATE = parts.wrapped(_WORD, {
    'type': {'type': 'string', 'minLength': 1, 'maxLength': 255}, 'description': parts.TEXT, 'enabled': parts.BOOLEAN,
    'name': {'type': 'string', 'minLength': 1, 'maxLength': 255}}, ['type'])
_URL_OR_NOT = {**parts.URL, 'type': ['string', 'null'], 'pattern': '^$|' + parts.URL['pattern']}
CREATE_ENDPOINT = parts.wrapped('endpoint', {
    'service_id': {'type': 'string'}, 'region': {'type': ['string', 'null']}, 'publicurl': parts.URL,
    'internalurl': _URL_OR_NOT, 'adminurl': _URL_OR_NOT, 'enabled': parts.BOOLEAN}, ['service_id', 'publicurl'])


class Services(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.services = v3.Services(runtime)

    @operation(*shapes.rule(v3.Services.get_all))
    def get_all(self, req):
        found = shapes.run(self.services.get_all, req)['services']
        return {_WORD + 's': [shapes.plain(service) for service in found]}

    @operation(*shapes.rule(v3.Services.post), body=CREATE)
    def post(self, req, body):
        made = shapes.run(self.services.post, req, {'service': shapes.plain(body[_WORD])})
        return {_WORD: shapes.plain(made['service'])}

    @operation(*shapes.rule(v3.Services.get_one), item=v3.load, target=no_target)
    def get_one(self, req, service):
        return {_WORD: shapes.plain(shapes.run(self.services.get_one, req, service)['service'])}

    @operation(*shapes.rule(v3.Services.delete), item=v3.load, target=no_target, status=204)
    def delete(self, req, service):
        return shapes.run(self.services.delete, req, service)


class Endpoints(Resource):
    """The endpoints of one service in one region, as one; its id is that of the public one."""

    def __init__(self, runtime):
        super().__init__(runtime)
        self.endpoints = v3_endpoints.Endpoints(runtime)

    @operation(*shapes.rule(v3_endpoints.Endpoints.get_all))
    def get_all(self, req):
        with self.db.read() as conn:
            found = endpoints.list(conn, {}, everything())
        by_service = {}
        for row in found:
            by_service.setdefault(row['service_id'], []).append(row)
        return {'endpoints': [{**merged, 'service_id': service_id, 'enabled': True}
                              for service_id, rows_of in by_service.items()
                              for merged in shapes.by_region(rows_of, '%surl')]}

    @operation(*shapes.rule(v3_endpoints.Endpoints.post), body=CREATE_ENDPOINT)
    def post(self, req, body):
        given = body['endpoint']
        shared = {name: given[name] for name in ('service_id', 'region', 'enabled') if name in given}
        ids = {}
        for interface in shapes.INTERFACES:
            if given.get(interface + 'url'):
                made = {**shared, 'interface': interface, 'url': given[interface + 'url']}
                ids[interface] = shapes.run(self.endpoints.post, req, {'endpoint': made})['endpoint']['id']
        return {'endpoint': {**given, 'id': ids['public']}}

    @operation(*shapes.rule(v3_endpoints.Endpoints.delete), item=v3_endpoints.load, target=no_target, status=204)
    def delete(self, req, endpoint):
        if endpoint['interface'] != 'public':
            raise rows.missing(endpoints.KIND, endpoint['id'])
        with self.db.write() as conn:
            same = {name: endpoint[name] for name in ('service_id', 'region_id')}
            for row in endpoints.matching(conn, same):
                endpoints.delete(conn, row['id'])
