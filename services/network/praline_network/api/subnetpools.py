# SPDX-License-Identifier: Apache-2.0
"""Subnet pools."""
from praline_common.api.rest import operation
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import (
    BOOLEAN, CIDR, Field, INTEGER, Resource, UUID, nullable, read_only, standard)
from praline_network.api.collection import Collection
from praline_network.db import address_scopes
from praline_network.db import subnetpools

# One prefix may stand without its list.
_PREFIXES = {'anyOf': [{'type': 'array', 'items': CIDR, 'minItems': 1}, CIDR]}


def _prefixes(value):
    return [value] if isinstance(value, str) else value


RESOURCE = Resource('subnetpool', 'subnetpools', {
    **standard(),
    'prefixes': Field(_PREFIXES, required=True, convert=_prefixes),
    'ip_version': read_only(),
    **{name: Field(INTEGER, show=str) for name in ('default_prefixlen', 'min_prefixlen', 'max_prefixlen')},
    'default_quota': Field(nullable(INTEGER), default=None),
    'shared': Field(BOOLEAN, default=False, put=False, write=ADMIN),
    'is_default': Field(BOOLEAN, default=False, write=ADMIN),
    'address_scope_id': Field(nullable(UUID), default=None),
})


class SubnetPools(Collection):
    resource, rows = RESOURCE, subnetpools

    @operation('get_subnetpools', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_subnetpool', policy=ANYONE, item=subnetpools.get)
    def get_one(self, req, pool):
        return self.answer_one(req, pool)

    @operation('create_subnetpool', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_subnetpool', policy=MEMBER, item=subnetpools.get, body=RESOURCE.update_schema)
    def put(self, req, pool, body):
        return self.answer_update(req, pool, body)

    @operation('delete_subnetpool', policy=MEMBER, item=subnetpools.get, status=204)
    def delete(self, req, pool):
        return self.answer_delete(req, pool)

    def create(self, conn, context, values):
        return subnetpools.create(conn, values, _scope(conn, context, values))

    def save(self, conn, context, row, changes):
        after = {**row, **changes}
        joins = changes.get('address_scope_id') or 'prefixes' in changes
        return subnetpools.save(conn, row, changes, _scope(conn, context, after) if joins else None)


def _scope(conn, context, values):
    """The address scope that a pool with these values is in, or None; only whose it is adds to it."""
    if not values['address_scope_id']:
        return None
    scope = address_scopes.get(conn, context, values['address_scope_id'])
    if scope['project_id'] != context.project_id and not context.is_admin:
        raise errors.refuse('IllegalSubnetPoolAssociationToAddressScope', 'Illegal subnetpool association: subnetpool %s '
                            'cannot be associated with address scope %s.' % (values.get('id') or values['name'],
                                                                              scope['id']))
    return scope
