# SPDX-License-Identifier: Apache-2.0
"""Address scopes."""
from praline_common.api.rest import operation
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network.api.attributes import BOOLEAN, Field, INTEGER, Resource, standard
from praline_network.api.collection import Collection
from praline_network.db import address_scopes

RESOURCE = Resource('address_scope', 'address_scopes', {
    **standard(described=False, tagged=False),
    'ip_version': Field({**INTEGER, 'enum': [4, 6, '4', '6']}, put=False, required=True),
    'shared': Field(BOOLEAN, default=False, write=ADMIN),
})


class AddressScopes(Collection):
    resource, rows, counted = RESOURCE, address_scopes, False

    @operation('get_address_scopes', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_address_scope', policy=ANYONE, item=address_scopes.get)
    def get_one(self, req, scope):
        return self.answer_one(req, scope)

    @operation('create_address_scope', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_address_scope', policy=MEMBER, item=address_scopes.get, body=RESOURCE.update_schema)
    def put(self, req, scope, body):
        return self.answer_update(req, scope, body)

    @operation('delete_address_scope', policy=MEMBER, item=address_scopes.get, status=204)
    def delete(self, req, scope):
        return self.answer_delete(req, scope)
