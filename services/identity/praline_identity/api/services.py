# SPDX-License-Identifier: Apache-2.0
"""/v3/services: the kinds of services there are."""
from praline_common.api.rest import operation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.db import rows
from praline_identity.db import services
from praline_identity.db.models import services as table

_PROPERTIES = {'enabled': parts.BOOLEAN, 'name': {'type': 'string', 'minLength': 0, 'maxLength': 255},
               'description': parts.TEXT, 'type': {'type': 'string', 'minLength': 1, 'maxLength': 255}}
CREATE = parts.wrapped('service', _PROPERTIES, ['type'])
UPDATE = parts.wrapped('service', _PROPERTIES, least=1)


def load(conn, context, service_id):
    return services.get(conn, service_id)


def no_target(controller, req, *args):
    """For rules that ask nothing of the object."""
    return {}


class Services(Resource):

    plural, singular = 'services', 'service'

    def view(self, row):
        return {'name': '', **row['extra'], 'id': row['id'], 'type': row['type'], 'enabled': row['enabled']}

    @operation('identity:list_services', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        page, asked = self.page(req, ('id', 'type')), self.asked(req)
        with self.db.read() as conn:
            return self.many(req, services.list(conn, asked, page), page)

    @operation('identity:create_service', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        values = {'id': rows.new_id(), **rows.split(table, body['service'], _PROPERTIES)}
        with self.db.write() as conn:
            services.create(conn, values)
            return self.one(services.get(conn, values['id']))

    @operation('identity:get_service', rules.ADMIN_OR_SYSTEM_READER, item=load, target=no_target)
    def get_one(self, req, service):
        return self.one(service)

    @operation('identity:update_service', rules.ADMIN, item=load, target=no_target, body=UPDATE)
    def patch(self, req, service, body):
        same_id(body['service'], service)
        with self.db.write() as conn:
            services.save(conn, service['id'], rows.merge(service, body['service'], table, _PROPERTIES))
            return self.one(services.get(conn, service['id']))

    @operation('identity:delete_service', rules.ADMIN, item=load, target=no_target, status=204)
    def delete(self, req, service):
        with self.db.write() as conn:
            services.delete(conn, service['id'])
