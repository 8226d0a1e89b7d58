# SPDX-License-Identifier: Apache-2.0
"""Resource classes: the standard ones and an operator's own."""
from praline_common import errors, policy
from praline_common.api import bodies
from praline_common.api import schema
from praline_common.api.rest import Controller, operation
from praline_scheduler import errors as own
from praline_scheduler.api.answers import fresh, url
from praline_scheduler.api.names import CUSTOM
from praline_scheduler.db import resource_classes

BODY = {'type': 'object', 'required': ['name'], 'additionalProperties': False,
        'properties': {'name': {'type': 'string', 'pattern': CUSTOM, 'maxLength': 255}}}
BODILESS = (1, 7)


def view(req, name):
    return {'name': name, 'links': [{'rel': 'self', 'href': url(req, 'resource_classes', name)}]}


class ResourceClasses(Controller):

    @operation('placement:resource_classes:list', policy=policy.SERVICE, since='1.2')
    def get_all(self, req):
        with self.db.read() as conn:
            names = resource_classes.list_(conn)
        return fresh(req, {'resource_classes': [view(req, name) for name in names]})

    @operation('placement:resource_classes:create', policy=policy.SERVICE, since='1.2', body=BODY)
    def post(self, req, body):
        with self.db.write() as conn:
            resource_classes.create(conn, body['name'])
        return fresh(req, None, status=201, headers={'Location': url(req, 'resource_classes', body['name'])})

    @operation('placement:resource_classes:show', policy=policy.SERVICE, since='1.2')
    def get_one(self, req, name):
        with self.db.read() as conn:
            resource_classes.require(conn, [name])
        return fresh(req, view(req, name))

    @operation('placement:resource_classes:update', policy=policy.SERVICE, since='1.2')
    def put(self, req, name):
        if req.version < BODILESS:
            return self._rename(req, name)
        schema.check_body(BODY, {'name': name})
        status = 204
        with self.db.write() as conn:
            try:
                resource_classes.require(conn, [name])
            except own.ResourceClassNotFound:
                resource_classes.create(conn, name)
                status = 201
        return fresh(req, None, status=status, headers={'Location': url(req, 'resource_classes', name)})

    def _rename(self, req, name):
        body = bodies.read_json(req)
        schema.check_body(BODY, body)
        with self.db.write() as conn:
            try:
                resource_classes.rename(conn, name, body['name'])
            except errors.Conflict:
                raise errors.Conflict('Resource class already exists: %s' % body['name']) from None
        return fresh(req, view(req, body['name']))

    @operation('placement:resource_classes:delete', policy=policy.SERVICE, since='1.2', status=204)
    def delete(self, req, name):
        with self.db.write() as conn:
            resource_classes.delete(conn, name)
