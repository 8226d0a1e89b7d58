# SPDX-License-Identifier: Apache-2.0
"""/servers: create, list, show, update, delete."""
import orjson

from praline_common import errors, policy, shortcuts
from praline_common.api import paging
from praline_common.api.rest import Controller, Reply, operation
from praline_common.db.query import Page
from praline_compute import states
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.api.servers import creating, filters, removal, schemas, views
from praline_compute.db import devices, servers, services

_EXTRA_RULES = (
    (creating.FORCED_HOST, policy.ADMIN), (creating.ATTACH_VOLUME, policy.MEMBER),
    (creating.ATTACH_NETWORK, policy.MEMBER), (creating.DESTINATION, policy.ADMIN), (filters.ALL_TENANTS, policy.ADMIN),
    ('os_compute_api:os-extended-server-attributes', policy.ADMIN),
    ('os_compute_api:servers:show:host_status', policy.ADMIN),
    ('os_compute_api:servers:show:host_status:unknown-only', policy.ADMIN),
    ('os_compute_api:servers:show:flavor-extra-specs', policy.READER))

_ID, _HOST = servers.LISTED.index('id'), servers.LISTED.index('host')
_KEPT = 2048


class Servers(Controller):
    views = {'detail': 'detail'}

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)
        # Lists are asked again and again, and few rows change meanwhile: one that is as it was is not made anew.
        self._shown = shortcuts.kept(_KEPT)(self._show)
        for name, check in _EXTRA_RULES:
            self.policy.register(name, check)

    @operation('os_compute_api:servers:create', policy=policy.MEMBER, body=schemas.CREATE, status=202)
    def post(self, req, body):
        """Accept one or several servers; they are BUILD until a host has made them."""
        row, reservation = creating.Request(self, req, body).accept()
        asked = body['server']
        if asked.get('return_reservation_id') in types.TRUE:
            return {'reservation_id': reservation}
        made = {'id': row['id'], 'links': self.links.of('servers', row['id']),
                'OS-DCF:diskConfig': 'AUTO' if row['auto_disk_config'] else 'MANUAL',
                'security_groups': asked.get('security_groups', [{'name': 'default'}]),
                'adminPass': row['admin_password']}
        return Reply({'server': made}, headers={'Location': made['links'][0]['href']})

    @operation('os_compute_api:servers:index', policy=policy.READER, query=schemas.LIST)
    def get_all(self, req):
        page, found = self._page(req, servers.list)
        return self._answer(req, 'servers', page, found, [views.brief(self.links, row) for row in found], 'id')

    @operation('os_compute_api:servers:detail', policy=policy.READER, query=schemas.LIST)
    def detail_get(self, req):
        audience = views.audience(self.policy, req)
        page, found = self._page(req, servers.list_detail, besides=audience.besides)
        with self.db.read() as conn:
            attached = devices.attached(conn, [row[_ID] for row in found]) if found else {}
            hosts = self._host_states(conn, audience, {row[_HOST] for row in found})
        shown = [self._shown(audience, row, attached.get(row[_ID], ()), hosts.get(row[_HOST])) for row in found]
        return self._answer(req, 'servers/detail', page, found, shown, _ID)

    @operation('os_compute_api:servers:show', policy=policy.READER, item=servers.get)
    def get_one(self, req, server):
        return {'server': self.view(req, server)}

    @operation('os_compute_api:servers:update', policy=policy.MEMBER, item=servers.get, body=schemas.UPDATE)
    def put(self, req, server, body):
        """Name, description, access addresses, hostname, disk config."""
        states.check_unlocked(server, req.context)
        asked, values = body['server'], {}
        for word, column in (('name', 'name'), ('description', 'description'), ('accessIPv4', 'access_ip_v4'),
                             ('accessIPv6', 'access_ip_v6'), ('hostname', 'hostname')):
            if word in asked:
                values[column] = creating.plain_address(asked[word]) if column == 'access_ip_v6' else asked[word]
        if 'OS-DCF:diskConfig' in asked:
            values['auto_disk_config'] = asked['OS-DCF:diskConfig'] == 'AUTO'
        with self.db.write() as conn:
            server = servers.get(conn, req.context, server['id'])
            if 'pinned_availability_zone' in asked:
                values['requested_zone'] = _pinned(server, asked['pinned_availability_zone'])
            servers.change(conn, server, **values)
        return {'server': self.updated_view(req, server)}

    @operation('os_compute_api:servers:delete', policy=policy.MEMBER, item=servers.get, status=204)
    def delete(self, req, server):
        """Whatever runs on it stops and is undone; then it goes, or waits to be restored where that is set."""
        removal.begin(self, req, server, soft=self.runtime.options.soft_delete_seconds > 0)

    def view(self, req, server, user_data=True):
        """The detail of one server, in the words of the asked version."""
        audience = views.audience(self.policy, req, server)
        with self.db.read() as conn:
            attached = devices.attached_to(conn, server['id'])
            host_state = self._host_states(conn, audience, {server['host']}).get(server['host'])
        shown = views.detail(self.links, audience, server, attached, host_state, user_data)
        if req.version >= (2, 71):
            shown['server_groups'] = [server['server_group_id']] if server['server_group_id'] else []
        return shown

    def updated_view(self, req, server):
        """What update answers: less than show below 2.75."""
        shown = self.view(req, server)
        if req.version >= (2, 75):
            return shown
        return reduced(shown, req.version)

    def _show(self, audience, row, volumes, host_state):
        """The JSON of one server in a list."""
        return orjson.Fragment(orjson.dumps(views.detail(self.links, audience, views.from_list(row, audience.besides), volumes, host_state)))

    def _page(self, req, ask, **given):
        page = paging.read(req, max_limit=self.conf.list_limit)
        asked = Page(limit=page.limit, marker=page.marker, sort=_sort(req))
        try:
            clauses = filters.clauses(req, self.policy)
        except filters.NoneFit:
            return asked, []
        with self.db.read() as conn:
            return asked, ask(conn, asked, clauses, project_id=req.context.project_id, **given)

    def _answer(self, req, path, page, found, shown, key):
        answer = {'servers': shown}
        following = self.links.next(req, path, found, page.limit, key)
        if following:
            answer['servers_links'] = following
        return answer

    def _host_states(self, conn, audience, hosts):
        """{host: 'UP' | 'DOWN' | ...}; none where nobody may see it.  hosts: names, and None."""
        hosts = hosts - {None}
        if not audience.needs_hosts or not hosts:
            return {}
        return {row['host']: _host_state(row, self.runtime.options) for row in services.of_hosts(conn, hosts)}


_ADDED_BY_SHOW = ('OS-EXT-AZ:availability_zone', 'config_drive', 'key_name', 'OS-SRV-USG:launched_at',
                  'OS-SRV-USG:terminated_at', 'security_groups', 'OS-EXT-STS:task_state', 'OS-EXT-STS:vm_state',
                  'OS-EXT-STS:power_state', 'os-extended-volumes:volumes_attached', 'host_status')


def reduced(shown, version):
    """The answer to update and rebuild before 2.75: without what extensions had added to show."""
    kept = {name: value for name, value in shown.items()
            if name not in _ADDED_BY_SHOW and not name.startswith('OS-EXT-SRV-ATTR:')}
    kept['addresses'] = {label: [{'version': item['version'], 'addr': item['addr']} for item in items]
                         for label, items in shown['addresses'].items()}
    if version < (2, 71):
        kept.pop('server_groups', None)
    return kept


def _pinned(server, asked):
    """The zone that the server has to stay in from now on; Conflict where it is not, or is bound to another."""
    pinned = server['requested_zone']
    if asked is not None and pinned is not None and asked != pinned:
        raise errors.Conflict('Cannot change pinned availability zone directly. Unpin first by setting '
                              'pinned_availability_zone to null.')
    if asked is not None and pinned is None and asked != server['availability_zone']:
        raise errors.Conflict("Server can only be pinned to its current availability zone '%s', but '%s' was requested."
                              % (server['availability_zone'], asked))
    return asked


class VolumesBoot(Servers):
    """/os-volumes_boot: an old name of /servers, until 2.102."""

    def ready(self, req, *ids):
        if req.version > (2, 102):
            raise errors.NotFound('The resource could not be found.')


def _host_state(row, options):
    if row['forced_down'] or not services.is_up(row, options):
        return 'DOWN' if row['forced_down'] else 'UNKNOWN'
    return 'MAINTENANCE' if row['disabled'] else 'UP'


def _sort(req):
    keys, directions = req.GET.getall('sort_key'), req.GET.getall('sort_dir')
    found = []
    for number, key in enumerate(keys):
        direction = (directions[number] if number < len(directions) else directions[-1] if directions else 'desc')
        if direction not in ('asc', 'desc'):
            raise errors.BadRequest('Unknown sort direction, must be one of: asc, desc')
        column = 'locked_by' if key == 'locked' and req.version >= (2, 73) else schemas.COLUMNS.get(key)
        if column:
            found.append((column, direction))
    return found or [('created_at', directions[0] if directions else 'desc')]
