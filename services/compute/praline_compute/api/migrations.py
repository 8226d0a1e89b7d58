# SPDX-License-Identifier: Apache-2.0
"""Migrations: /os-migrations for all servers, /servers/{id}/migrations for the live ones of one."""
from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Actions, Controller, Since, action, operation
from praline_common.db.query import Page
from praline_compute import states
from praline_compute.api import times, types
from praline_compute.api.links import Links
from praline_compute.db import server_migrations, servers
from praline_compute.errors import NotSupported

_ROOT, _SERVER = 'os_compute_api:os-migrations:', 'os_compute_api:servers:migrations:'
_FILTERS = dict.fromkeys(('hidden', 'host', 'instance_uuid', 'source_compute', 'status', 'migration_type'), types.TEXT)
_PAGED = {**types.query(False, **_FILTERS)['properties'], 'limit': types.LIMIT, 'marker': types.TEXT,
          'changes-since': types.TEXT}
_OWNERS = {'changes-before': types.TEXT, 'user_id': types.TEXT, 'project_id': types.TEXT}
_QUERY = Since(v2_1=types.query(**_FILTERS), v2_59=types.closed(**_PAGED),
               v2_66=types.closed(**_PAGED, **{'changes-before': types.TEXT}), v2_80=types.closed(**_PAGED, **_OWNERS))
_BYTES = ('disk_processed', 'disk_remaining', 'disk_total', 'memory_processed', 'memory_remaining', 'memory_total')


class Migrations(Controller):
    policy_before_missing = True

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)
        for name in ('index:all_projects', 'index:host'):
            self.policy.register(_ROOT + name, policy.ADMIN)

    @operation(_ROOT + 'index', policy=policy.MANAGER, query=_QUERY)
    def get_all(self, req):
        """Newest first and in pages from 2.59 on; another project's only for an admin."""
        target = {'project_id': req.context.project_id}
        if req.version < (2, 80) or req.GET.get('project_id') != req.context.project_id:
            self.policy.require(req.context, _ROOT + 'index:all_projects', target)
        page, since, before = Page(sort=[('id', 'asc')]), None, None
        if req.version >= (2, 59):
            asked = paging.read(req, max_limit=self.conf.list_limit)
            page = Page(limit=asked.limit, marker=asked.marker, sort=[('created_at', 'desc'), ('id', 'desc')])
            since, before = times.window(req)
        filters = {name: value for name, value in req.GET.items()
                   if req.version >= (2, 80) or name not in ('user_id', 'project_id')}
        with self.db.read() as conn:
            found = server_migrations.list(conn, filters, page, since, before,
                                           key='uuid' if req.version >= (2, 59) else 'id')
        hosts = self.policy.allows(req.context, _ROOT + 'index:host', target)
        answer = {'migrations': [self._view(req, row, hosts) for row in found]}
        following = self.links.next(req, 'os-migrations', found, page.limit, 'uuid')
        if following:
            answer['migrations_links'] = following
        return answer

    def _view(self, req, row, hosts):
        shown = {'id': row['id'], 'status': row['status'], 'instance_uuid': row['server_id'],
                 'old_instance_type_id': _number(row['old_flavor_id']),
                 'new_instance_type_id': _number(row['new_flavor_id']), **_places(row, hosts), **_times(row)}
        if req.version >= (2, 23):
            shown['migration_type'] = row['migration_type']
            if row['migration_type'] == server_migrations.LIVE and row['status'] in server_migrations.LIVE_IN_PROGRESS:
                shown['links'] = self.links.of('servers/%s/migrations' % row['server_id'], row['id'])
        return _since(req, shown, row)


class ServerMigrations(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register(_SERVER + 'index:host', policy.ADMIN)

    @operation(_SERVER + 'index', policy=policy.MANAGER, since='2.23', item=servers.get)
    def get_all(self, req, server):
        hosts = self.policy.allows(req.context, _SERVER + 'index:host', server)
        with self.db.read() as conn:
            found = server_migrations.live_in_progress(conn, server['id'])
        return {'migrations': [_live(req, row, hosts) for row in found]}

    @operation(_SERVER + 'show', policy=policy.ADMIN, since='2.23')
    def get_one(self, req, server_id, migration_id):
        with self.db.read() as conn:
            servers.get(conn, req.context, server_id)
            row = server_migrations.get(conn, server_id, migration_id)
        if row['migration_type'] != server_migrations.LIVE:
            raise errors.NotFound('Migration %s for server %s is not live-migration.' % (migration_id, server_id))
        if row['status'] not in server_migrations.LIVE_IN_PROGRESS:
            raise errors.NotFound('Live migration %s for server %s is not in progress.' % (migration_id, server_id))
        return {'migration': _live(req, row, True)}

    @operation(_SERVER + 'delete', policy=policy.MANAGER, since='2.24', status=202,
               target=lambda controller, req, server_id, migration_id: controller.server(req, server_id))
    def delete(self, req, server_id, migration_id):
        """Abort a running live migration; from 2.65 on one that has not begun too."""
        server = self.server(req, server_id)
        states.check_unlocked(server, req.context)
        if server['task_state'] != 'migrating':
            raise errors.Conflict("Cannot 'abort live migration' instance %s while it is in task_state %s"
                                  % (server_id, server['task_state']))
        with self.db.write() as conn:
            row = server_migrations.get(conn, server_id, migration_id)
            if row['status'] not in ('running', *(('queued', 'preparing') if req.version >= (2, 65) else ())):
                raise _wrong_state(row, 'abort live migration')
            self.runtime.operations.cancel(conn, server_id)

    def server(self, req, server_id):
        with self.db.read() as conn:
            return servers.get(conn, req.context, server_id)


class ServerMigrationActions(Actions):

    @action('force_complete', _SERVER + 'force_complete', policy=policy.MANAGER, since='2.22', status=202,
            body=types.wrapped('force_complete', {'type': 'null'}),
            target=lambda controller, req, server_id, migration_id, body: controller.server(req, server_id))
    def force_complete(self, req, server_id, migration_id, body):
        """No driver here can hurry a migration: what is in progress is refused with 501."""
        server = self.server(req, server_id)
        states.check_unlocked(server, req.context)
        with self.db.read() as conn:
            try:
                row = server_migrations.get(conn, server_id, migration_id)
            except errors.NotFound as error:
                raise errors.BadRequest(error.message) from None
        if row['status'] != 'running':
            raise _wrong_state(row, 'force complete')
        raise NotSupported()

    def server(self, req, server_id):
        with self.db.read() as conn:
            return servers.get(conn, req.context, server_id)


def _wrong_state(row, what):
    return errors.BadRequest('Migration %s state of instance %s is %s. Cannot %s while the migration is in this state.'
                             % (row['id'], row['server_id'], row['status'], what))


def _live(req, row, hosts):
    progress = row['progress'] or {}
    shown = {'id': row['id'], 'status': row['status'], 'server_uuid': row['server_id'], **_places(row, hosts),
             **_times(row), **{name + '_bytes': progress.get(name) for name in _BYTES}}
    return _since(req, shown, row)


def _since(req, shown, row):
    if req.version >= (2, 59):
        shown['uuid'] = row['uuid']
    if req.version >= (2, 80):
        shown.update(user_id=row['user_id'], project_id=row['project_id'])
    return shown


def _places(row, hosts):
    """Hosts and nodes have the same names here; the address of the destination is not kept."""
    source, target = (row['source_host'], row['dest_host']) if hosts else (None, None)
    return {'source_compute': source, 'source_node': source, 'dest_compute': target, 'dest_node': target,
            'dest_host': target}


def _times(row):
    return {'created_at': row['created_at'], 'updated_at': row['updated_at']}


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() else None
