# SPDX-License-Identifier: Apache-2.0
"""Security groups."""
from praline_common.api.rest import operation
from praline_common.policy import ANYONE, MEMBER
from praline_network.api import security_group_rules
from praline_network.api.attributes import BOOLEAN, Field, Resource, read_only, standard
from praline_network.api.collection import Collection
from praline_network.db import ports
from praline_network.db import quotas
from praline_network.db import security_groups

RESOURCE = Resource('security_group', 'security_groups', {
    **standard(),
    'stateful': Field(BOOLEAN, default=True),
    'shared': read_only(),
    'security_group_rules': read_only(),
})


class SecurityGroups(Collection):
    resource, rows = RESOURCE, security_groups

    @operation('get_security_groups', policy=ANYONE)
    def get_all(self, req):
        self._ensure_default(self._looked_at(req))
        return self.answer_list(req)

    @operation('get_security_group', policy=ANYONE, item=security_groups.get)
    def get_one(self, req, group):
        return self.answer_one(req, group)

    @operation('create_security_group', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_security_group', policy=MEMBER, item=security_groups.get, body=RESOURCE.update_schema)
    def put(self, req, group, body):
        return self.answer_update(req, group, body)

    @operation('delete_security_group', policy=MEMBER, item=security_groups.get, status=204)
    def delete(self, req, group):
        return self.answer_delete(req, group)

    @staticmethod
    def _looked_at(req):
        """The project whose groups are listed: an admin may name another one."""
        asked = req.GET.get('project_id') or req.GET.get('tenant_id')
        return asked if asked and req.context.is_admin else req.context.project_id

    def _ensure_default(self, project_id):
        """Every project that looks has one; a read finds out, a write only makes it."""
        with self.db.read() as conn:
            if not project_id or security_groups.has_default(conn, project_id):
                return
        self.written(lambda conn: security_groups.ensure_default(conn, project_id))

    def create(self, conn, context, values):
        security_groups.ensure_default(conn, values['project_id'])
        if values['project_id']:
            quotas.check(conn, self.options, values['project_id'], 'security_group_rule', security_groups.FIRST_RULES)
        return security_groups.create(conn, values)

    def remove(self, conn, context, row):
        self.sync(conn, ports.hosts_of_groups(conn, [row['id']]))
        security_groups.delete(conn, row, context.is_admin)

    def present(self, rows, req):
        for row in rows:
            row['security_group_rules'] = security_group_rules.nested(row['security_group_rules'])
        return rows
