# SPDX-License-Identifier: Apache-2.0
"""RBAC policies."""
from praline_common.api.rest import operation
from praline_common.policy import ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import Field, Resource, one_of, standard, text
from praline_network.api.collection import Collection
from praline_network.db import rbac_policies

# Everybody may open a thing of theirs to one project, only admins to all.
_TARGET = 'role:admin or False:%(target.everybody)s'

_FIELDS = standard(named=False, described=False, tagged=False)
for _name in ('revision_number', 'created_at', 'updated_at'):
    del _FIELDS[_name]

RESOURCE = Resource('rbac_policy', 'rbac_policies', {
    **_FIELDS,
    'object_type': Field(one_of(*rbac_policies.OBJECTS), put=False, required=True),
    'object_id': Field(text(36), put=False, required=True),
    'action': Field(one_of(rbac_policies.SHARED, rbac_policies.EXTERNAL), put=False, required=True),
    'target_tenant': Field(text(minLength=1), required=True, write=_TARGET),
}, bulk=False)


class RbacPolicies(Collection):
    resource, rows = RESOURCE, rbac_policies

    @operation('get_rbac_policies', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_rbac_policy', policy=ANYONE, item=rbac_policies.get)
    def get_one(self, req, policy):
        return self.answer_one(req, policy)

    @operation('create_rbac_policy', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_rbac_policy', policy=MEMBER, item=rbac_policies.get, body=RESOURCE.update_schema)
    def put(self, req, policy, body):
        return self.answer_update(req, policy, body)

    @operation('delete_rbac_policy', policy=MEMBER, item=rbac_policies.get, status=204)
    def delete(self, req, policy):
        return self.answer_delete(req, policy)

    def target(self, context, values):
        return {**super().target(context, values), 'target.everybody': values['target_tenant'] == '*'}

    def create(self, conn, context, values):
        if values['action'] == rbac_policies.EXTERNAL and values['object_type'] != 'network':
            raise errors.invalid('action access_as_external is for networks only')
        return rbac_policies.create(conn, context, values)
