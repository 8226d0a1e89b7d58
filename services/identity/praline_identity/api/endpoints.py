# SPDX-License-Identifier: Apache-2.0
"""/v3/endpoints: where the services are reached."""
import re

from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import endpoints
from praline_identity.db import regions
from praline_identity.db import rows
from praline_identity.db import services
from praline_identity.db.models import endpoints as table

_PROPERTIES = {'enabled': parts.BOOLEAN, 'interface': {'type': 'string', 'enum': ['admin', 'internal', 'public']},
               'region_id': {'type': ['string', 'null']}, 'region': {'type': ['string', 'null']},
               'service_id': {'type': 'string'}, 'url': parts.URL}
CREATE = parts.wrapped('endpoint', _PROPERTIES, ['interface', 'service_id', 'url'])
UPDATE = parts.wrapped('endpoint', _PROPERTIES, least=1)
_FIELD = re.compile(r'[$%]\((\w*)\)(s?)')
_KNOWN = {'tenant_id', 'project_id', 'user_id', 'public_bind_host', 'admin_bind_host', 'compute_host',
          'admin_port', 'public_port', 'public_endpoint', 'admin_endpoint'}


def load(conn, context, endpoint_id):
    return endpoints.get(conn, endpoint_id)


class Endpoints(Resource):

    plural, singular = 'endpoints', 'endpoint'

    def view(self, row):
        return endpoint_view(row)

    @operation('identity:list_endpoints', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        page, asked = self.page(req, ('id',)), self.asked(req)
        with self.db.read() as conn:
            return self.many(req, endpoints.list(conn, asked, page), page)

    @operation('identity:create_endpoint', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        with self.db.write() as conn:
            values = {'id': rows.new_id(), **rows.split(table, _checked(conn, dict(body['endpoint'])), _PROPERTIES)}
            endpoints.create(conn, values)
            return self.one(endpoints.get(conn, values['id']))

    @operation('identity:get_endpoint', rules.ADMIN_OR_SYSTEM_READER, item=load, target=no_target)
    def get_one(self, req, endpoint):
        return self.one(endpoint)

    @operation('identity:update_endpoint', rules.ADMIN, item=load, target=no_target, body=UPDATE)
    def patch(self, req, endpoint, body):
        same_id(body['endpoint'], endpoint)
        with self.db.write() as conn:
            changes = _checked(conn, dict(body['endpoint']))
            endpoints.save(conn, endpoint['id'], rows.merge(endpoint, changes, table, _PROPERTIES))
            return self.one(endpoints.get(conn, endpoint['id']))

    @operation('identity:delete_endpoint', rules.ADMIN, item=load, target=no_target, status=204)
    def delete(self, req, endpoint):
        with self.db.write() as conn:
            endpoints.delete(conn, endpoint['id'])


def endpoint_view(row):
    return {**row['extra'], 'id': row['id'], 'interface': row['interface'], 'service_id': row['service_id'],
            'url': row['url'], 'region': row['region_id'], 'region_id': row['region_id'], 'enabled': row['enabled']}


def _checked(conn, given):
    """The body as columns; the old `region` makes its region when there is none, as ever."""
    if 'url' in given and any(name not in _KNOWN for name, _ in _FIELD.findall(given['url'])):
        raise errors.BadRequest('The configured endpoint URL "%s" holds a field that cannot be filled in.'
                                % given['url'])
    if 'service_id' in given:
        try:
            services.get(conn, given['service_id'])
        except errors.NotFound as error:
            raise errors.BadRequest(error.message) from None
    old = given.pop('region', None)
    if old and not given.get('region_id'):
        given['region_id'] = old
        try:
            regions.get(conn, old)
        except errors.NotFound:
            regions.create(conn, {'id': old, 'description': ''})
    elif given.get('region_id'):
        try:
            regions.get(conn, given['region_id'])
        except errors.NotFound as error:
            raise errors.BadRequest(error.message) from None
    return given
