# SPDX-License-Identifier: Apache-2.0
"""From an accepted row to a running guest: a host, volumes, ports, then the guest itself."""
import re

from praline_common.objects.guest import RUNNING
from praline_compute import states
from praline_compute.db import aggregates, devices, server_groups, servers
from praline_compute.db.columns import now
from praline_compute.flows import guests, nics, volumes
from praline_compute.flows.base import LONG, ServerFlow

ID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.I)


class CreateServer(ServerFlow):
    kind, deadline = 'create_server', 1800
    steps = ('place', 'connect', 'plug', 'build')
    on_failure = {'vm_state': states.ERROR, 'admin_password': None}
    _found = None

    def place(self):
        """A host with room, claimed; the row says which."""
        found = self.claim()
        self._settle(found)
        return {'host': found['host'], 'agent': found['agent']}

    def undo_place(self):
        self.contracts.scheduler.release(self.context, self.resource_id)
        self.save(host=None, agent=None, availability_zone=None)

    def claim(self):
        server = self.server
        required, forbidden = guests.traits(server)
        with self.db.read() as conn:
            rules = placement_rules(conn, server)
        return self.contracts.scheduler.claim(
            self.context, server['id'], guests.resources(server['flavor'], guests.boots_from_volume(self._devices())),
            server['project_id'], server['user_id'], required_traits=required, forbidden_traits=forbidden,
            availability_zone=None if server['requested_host'] else server['requested_zone'],
            host=server['requested_host'], aggregate_metadata=guests.aggregate_metadata(server['flavor']) or None,
            **rules)

    def _settle(self, found):
        server = self.server
        with self.db.write() as conn:
            zone = aggregates.zones(conn).get(found['host'], self.runtime.options.default_availability_zone)
            values = {'host': found['host'], 'agent': found['agent'], 'availability_zone': zone,
                      'task_state': 'networking'}
            servers.save(conn, server['id'], **values)
        server.update(values)

    def connect(self):
        """Volumes exist and are exported to the host."""
        if not self._volumes():
            return None
        self.save(task_state='block_device_mapping')
        for device in self._volumes():
            volumes.ensure(self, device)
        connector = self.agent('connector')
        for device in self._volumes():
            volumes.attach(self, device, connector)
        return None

    def undo_connect(self):
        for device in self._volumes():
            volumes.let_go(self, device, delete_made=True)

    def plug(self):
        """Ports on the host, their bridges made; the row has the addresses."""
        server, asked, ports = self.server, self.arguments, []
        requests = [{**request, 'key': '%d' % number}
                    for number, request in enumerate(asked['networks'].get('requests') or [])]
        kept = []
        if requests:
            ports = self.contracts.network.allocate_ports(
                self.context, server['id'], server['host'], requests, asked['security_groups'], server['hostname'],
                server['project_id'], availability_zone=server['availability_zone'])
            for port, request in zip(ports, requests):
                plugged = self.contracts.network.plug(self.context, server['host'], port['id'])
                kept.append(nics.entry(port, plugged, request.get('tag')))
        self.save(task_state='spawning', **nics.columns(kept, self._group_names(requests, ports) if kept else []))

    def _group_names(self, requests, ports):
        """Asked only when names do not follow from the request: a port of the user's or without port security, a
        group by its id."""
        asked = self.arguments['security_groups']
        if (any(request['port_id'] for request in requests) or any(ID.fullmatch(name) for name in asked)
                or not all(port.get('port_security_enabled', True) for port in ports)):
            return nics.names_of_groups(self.contracts.network.security_groups(self.context, self.resource_id))
        return sorted(asked) or ['default']

    def undo_plug(self):
        self.contracts.network.release_ports(self.context, self.resource_id)
        self.save(**nics.columns([], []))

    def build(self):
        """The guest runs."""
        server = self.reload()
        named = self.agent('ensure_guest', timeout=LONG, guest=self._guest(server, self._disks(server)))
        self.set_ports(up=True)
        for device in self._volumes():
            self.contracts.volume.complete(self.context, device['id'],
                                           (named or {}).get(device['volume_id']) or device['device_name'])
        return {'named': named}

    def undo_build(self):
        if self.server['host']:
            self.agent('destroy_guest', timeout=LONG, uuid=self.resource_id)

    def finished(self, conn):
        named = self.recall('named') or {}
        root = named.pop('root', None)
        for device in devices.list(conn, self.resource_id):
            if device['destination_type'] == 'volume':
                name = named.get(device['volume_id']) or device['device_name']
                devices.save(conn, device['id'], state='attached', device_name=name)
                root = name if device['boot_index'] == 0 else root
        self.after = {'vm_state': states.ACTIVE, 'power_state': RUNNING, 'launched_at': now(), 'root_device_name': root,
                      'admin_password': None, 'fault': None}
        super().finished(conn)

    def cancelled(self, conn):
        servers.save(conn, self.resource_id, admin_password=None)
        super().cancelled(conn)

    def _devices(self):
        if self._found is None:
            with self.db.read() as conn:
                self._found = devices.list(conn, self.resource_id)
        return self._found

    def _volumes(self):
        return [device for device in self._devices() if device['destination_type'] == 'volume']

    def _guest(self, server, disks):
        return guests.guest(server, disks, domain=self.runtime.options.dhcp_domain)

    def _disks(self, server):
        return volumes.disks(self, server, self._devices())


def placement_rules(conn, server, aside=()):
    """The claim's arguments that come from hints and the server group; aside: claims of the server's own moves."""
    hints, rules = server['hints'] or {}, {}
    for name in ('same_host', 'different_host'):
        if hints.get(name):
            wanted = hints[name] if isinstance(hints[name], list) else [hints[name]]
            rules[name] = sorted({host for host in servers.hosts(conn, wanted).values() if host})
    if server['server_group_id']:
        group = server_groups.find(conn, server['server_group_id'])
        if group:
            rules['affinity'] = {'group': group['id'], 'policy': group['policy'], 'most': _most(group),
                                 'hosts': _deciding(group, _others(conn, server)), 'aside': list(aside)}
    return rules


def _deciding(group, others):
    """The hosts that the rule is about; for anti-affinity those that are full."""
    if group['policy'] != 'anti-affinity':
        return sorted(set(others))
    return sorted({host for host in others if others.count(host) >= _most(group)})


def _most(group):
    return int((group['rules'] or {}).get('max_server_per_host', 1))


def _others(conn, server):
    """Hosts of members as compute knows them: those that were placed before claims knew of groups count too."""
    found = servers.hosts_of_group(conn, server['server_group_id'])
    return [host for server_id, host in found.items() if host and server_id != server['id']]
