# SPDX-License-Identifier: Apache-2.0
"""Server groups: /os-server-groups; one policy a group, with rules from 2.64 on."""
from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import types
from praline_compute.db import quotas, server_groups

ALL_PROJECTS = 'os_compute_api:os-server-groups:index:all_projects'
_HARD = ['anti-affinity', 'affinity']
_SOFT = [*_HARD, 'soft-anti-affinity', 'soft-affinity']
_LIST = dict(all_projects=types.TEXT, limit=types.LIMIT, offset=types.LIMIT)


def _policies(allowed):
    return types.wrapped('server_group', types.closed(('name', 'policies'), name=types.NAME, policies={
        'type': 'array', 'items': {'enum': allowed}, 'minItems': 1, 'maxItems': 1}))


_CREATE = Since(v2_1=_policies(_HARD), v2_15=_policies(_SOFT), v2_64=types.wrapped('server_group', types.closed(
    ('name', 'policy'), name=types.NAME, policy={'enum': _SOFT},
    rules=types.closed(max_server_per_host=types.POSITIVE))))


class ServerGroups(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(ALL_PROJECTS, policy.ADMIN)

    @operation('os_compute_api:os-server-groups:index', policy=policy.READER,
               query=Since(v2_1=types.query(**_LIST), v2_75=types.query(open_=False, **_LIST)))
    def get_all(self, req):
        """The project's groups; every project's for an admin who asks with all_projects."""
        project_id = req.context.project_id
        if 'all_projects' in req.GET and req.context.is_admin:
            self.policy.require(req.context, ALL_PROJECTS, {})
            project_id = None
        page = paging.read(req, max_limit=self.conf.list_limit)
        with self.db.read() as conn:
            found = server_groups.list(conn, project_id, page.limit, int(req.GET.get('offset') or 0))
        return {'server_groups': [_view(req, row) for row in found]}

    @operation('os_compute_api:os-server-groups:show', policy=policy.READER, item=server_groups.get)
    def get_one(self, req, group):
        return {'server_group': _view(req, group)}

    @operation('os_compute_api:os-server-groups:create', policy=policy.MEMBER, body=_CREATE)
    def post(self, req, body):
        asked = body['server_group']
        kind, rules = asked.get('policy') or asked['policies'][0], asked.get('rules') or {}
        if rules and kind != 'anti-affinity':
            raise errors.BadRequest('Only anti-affinity policy supports rules.')
        rules = {name: int(value) for name, value in rules.items()}
        with self.db.write() as conn:
            quotas.check(conn, req.context, self.runtime.options, server_groups=1)
            made = server_groups.create(conn, req.context, asked['name'], kind, rules)
        return {'server_group': _view(req, made)}

    @operation('os_compute_api:os-server-groups:delete', policy=policy.MEMBER, item=server_groups.get, status=204)
    def delete(self, req, group):
        with self.db.write() as conn:
            server_groups.delete(conn, group['id'])


def _view(req, row):
    shown = {'id': row['id'], 'name': row['name'], 'members': row['members']}
    if req.version >= (2, 64):
        shown.update(policy=row['policy'], rules=row['rules'])
    else:
        shown.update(policies=[row['policy']], metadata={})
    if req.version >= (2, 13):
        shown.update(project_id=row['project_id'], user_id=row['user_id'])
    return shown
