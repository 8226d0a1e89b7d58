# SPDX-License-Identifier: Apache-2.0
"""A host without a network: what a driver would have built is entries of a journal that outlives a killed process."""
import hashlib
import json
import os
import threading

from praline_common import errors
from praline_common.objects.network import Network
from praline_network.drivers import base
from praline_network.drivers import desired
from praline_network.drivers import faults

PUT = {'networks': 'put_network', 'groups': 'put_group', 'routers': 'put_router'}


class FakeDriver(base.NetworkDriver):
    """Obeys the whole contract.  Directory: `journal`, one JSON line a change, and faults.json if somebody writes it.

    any_host: every port that is bound at all counts as bound here, so that one such driver serves all fake hosts.
    """

    def __init__(self, directory, hostname, any_host=False):
        os.makedirs(directory, exist_ok=True)
        self.faults = faults.Faults(os.path.join(directory, 'faults.json'))
        self._lock = threading.RLock()
        self._state = (_Everywhere if any_host else desired.Desired)(hostname)
        self._path = os.path.join(directory, 'journal')
        self._replay()
        self._journal = open(self._path, 'ab', buffering=0)

    def ensure_network(self, network):
        self.faults.meet('ensure_network')
        with self._lock:
            for port in self._state.put_network(network):
                self._write('ports', port.id, None)
            self._write('networks', network.id, network)

    def remove_network(self, network_id):
        self.faults.meet('remove_network')
        with self._lock:
            if not self._state.is_needed(network_id) and self._state.drop('networks', network_id):
                self._write('networks', network_id, None)

    def ensure_port(self, network, port, groups):
        self.faults.meet('ensure_port')
        with self._lock:
            self._settle_network(network)
            for group in groups:
                self._put_group(group)
            self._state.put_port(network, port)
            self._write('ports', port.id, port)
            if not self._state.is_guest_here(port):
                return {}
            return {'bridge': name('b', network.id), 'tap': name('t', port.id), 'mtu': network.mtu}

    def _settle_network(self, network):
        known = self._state.networks.get(network.id)
        if known is None:
            self.ensure_network(network)
        elif {**network.as_dict(), 'ports': []} != known.as_dict():
            fresh = network.obj_clone()
            fresh.ports = self._state.ports_of(network.id)
            self.ensure_network(fresh)

    def remove_port(self, port_id):
        self.faults.meet('remove_port')
        with self._lock:
            if self._state.drop('ports', port_id):
                self._write('ports', port_id, None)

    def ensure_groups(self, groups):
        self.faults.meet('ensure_groups')
        with self._lock:
            for group in groups:
                self._put_group(group)

    def _put_group(self, group):
        known = self._state.groups.get(group.id)
        self._state.put_group(group)
        if known is None or known.as_dict() != group.as_dict():
            self._write('groups', group.id, group)

    def remove_group(self, group_id):
        self.faults.meet('remove_group')
        with self._lock:
            for port in self._state.guests_here():
                if group_id in port.security_group_ids:
                    raise errors.Conflict('Security group %s is used by port %s.' % (group_id, port.id))
            if self._state.drop('groups', group_id):
                self._write('groups', group_id, None)

    def ensure_router(self, router):
        self.faults.meet('ensure_router')
        with self._lock:
            for leg in desired.legs(router):
                if leg.network_id not in self._state.networks:
                    raise errors.DriverError('Router %s stands on network %s, which is not on this host.'
                                             % (router.id, leg.network_id))
            self._state.put_router(router)
            self._write('routers', router.id, router)

    def remove_router(self, router_id):
        self.faults.meet('remove_router')
        with self._lock:
            if self._state.drop('routers', router_id):
                self._write('routers', router_id, None)

    def apply(self, host_networks, asked_at=None):
        self.faults.meet('apply')
        with self._lock:
            before = self._snapshot()
            self._state.replace(host_networks, asked_at)
            now = self._snapshot()
            mended = ['%s %s' % key for key in sorted(set(before) | set(now)) if before.get(key) != now.get(key)]
            if mended:
                self._compact()
            return mended

    def inventory(self):
        self.faults.meet('inventory')
        with self._lock:
            state = self._state
            guests = state.guests_here()
            routers = [router for router in state.routers.values() if router.enabled]
            served = [network_id for network_id in state.networks if state.dhcp_port(network_id)]
            leased = [network_id for network_id in served if desired.leased_subnets(state.networks[network_id])]
            return {
                'bridges': {name('b', network_id): network_id for network_id in state.networks},
                'taps': {name('t', port.id): {'bridge': name('b', port.network_id), 'port_id': port.id}
                         for port in guests},
                'filters': sorted(port.id for port in guests if desired.is_filtered(port)),
                'groups': sorted(state.groups) if state.networks else [],
                'dhcp': dict.fromkeys(leased, os.getpid()),
                'leases': {network_id: [] for network_id in leased},
                'routers': {router.id: {floating.floating_ip: floating.fixed_ip for floating in router.floating_ips}
                            for router in routers},
                'metadata': sorted([name('d', network_id) for network_id in served]
                                   + [name('r', router.id) for router in routers])}

    def is_guest_here(self, port):
        return self._state.is_guest_here(port)

    def close(self):
        self._journal.close()

    def lose(self, kind, item_id):
        """What happens to real things: this one is gone and nobody said so.  kind: networks, ports, ..."""
        with self._lock:
            self._state.drop(kind, item_id)
            self._state.settle()
            self._write(kind, item_id, None)

    def _snapshot(self):
        return {(kind, item_id): item.as_dict() for kind in desired.KINDS
                for item_id, item in getattr(self._state, kind).items()}

    def _write(self, kind, item_id, item):
        line = json.dumps([kind, item_id, item.obj_to_primitive() if item else None])
        self._journal.write(line.encode() + b'\n')

    def _replay(self):
        if not os.path.exists(self._path):
            return
        with open(self._path, 'rb') as file:
            for line in file:
                if line.endswith(b'\n'):
                    self._take(*json.loads(line))
        self._state.settle()
        self._compact(opened=False)

    def _take(self, kind, item_id, primitive):
        if primitive is None:
            self._state.drop(kind, item_id)
            return
        item = Network.obj_from_primitive(primitive)
        if kind == 'ports':
            self._state.put_port(self._state.networks[item.network_id], item)
        else:
            getattr(self._state, PUT[kind])(item)

    def _compact(self, opened=True):
        """Only what is left of the journal."""
        lines = [[kind, item_id, item.obj_to_primitive()] for kind in desired.KINDS
                 for item_id, item in getattr(self._state, kind).items()]
        with open(self._path + '.new', 'w') as file:
            file.writelines(json.dumps(line) + '\n' for line in lines)
        os.replace(self._path + '.new', self._path)
        if opened:
            self._journal.close()
            self._journal = open(self._path, 'ab', buffering=0)


class _Everywhere(desired.Desired):

    def is_guest_here(self, port):
        return bool(port.host) and port.device_owner not in (desired.DHCP_OWNER, *desired.ROUTER_OWNERS)


def name(letter, item_id):
    """A link's name as the real driver would make one."""
    return 'qfake-%s%s' % (letter, hashlib.sha256(item_id.encode()).hexdigest()[:8])
