# SPDX-License-Identifier: Apache-2.0
"""What a host holds, compared with what it should hold."""
from praline_network.drivers import desired


def drift(host_networks, inventory, is_here, foreign=()):
    """[{'kind', 'id', 'detail'}]: what is missing, what is too much, what is different.

    is_here(port): whether the port is a guest's on this host; foreign: physical networks whose bridge is the
    operator's and in no inventory.
    """
    found = []
    for kind, wanted, present in _compared(host_networks, inventory, is_here, foreign):
        found += [_item(kind, item_id, 'missing') for item_id in sorted(wanted - present)]
        found += [_item(kind, item_id, 'should not be') for item_id in sorted(present - wanted)]
    return found + _translations(host_networks, inventory) + _taps(host_networks, inventory, is_here)


def _compared(host_networks, inventory, is_here, foreign):
    networks = host_networks.networks
    own = {network.id for network in networks if network.physical_network not in foreign}
    guests = [port for network in networks for port in network.ports if is_here(port)]
    leased = {network.id for network in networks if desired.leased_subnets(network) and _served(host_networks, network)}
    yield 'bridge', own, {network_id or name for name, network_id in inventory['bridges'].items()}
    yield 'filter', {port.id for port in guests if desired.is_filtered(port)}, set(inventory['filters'])
    yield 'dhcp', leased, set(inventory['dhcp'])
    yield 'router', {router.id for router in host_networks.routers if router.enabled}, set(inventory['routers'])
    used = {group_id for port in guests for group_id in port.security_group_ids}
    needed = used & {group.id for group in host_networks.groups}
    # One that no port here uses any more filters nothing, and goes with the next comparison.
    yield 'security group', needed, needed & set(inventory['groups'])


def _served(host_networks, network):
    return any(port.device_owner == desired.DHCP_OWNER and port.host == host_networks.host for port in network.ports)


def _translations(host_networks, inventory):
    found = []
    for router in host_networks.routers:
        present = inventory['routers'].get(router.id)
        if present is None or not router.enabled:
            continue
        wanted = {floating.floating_ip: floating.fixed_ip for floating in router.floating_ips}
        for address in sorted(set(wanted) | set(present)):
            if wanted.get(address) != present.get(address):
                found.append(_item('floating ip', address, 'leads to %s instead of %s on router %s' % (
                    present.get(address, 'nowhere'), wanted.get(address, 'nowhere'), router.id)))
    return found


def _taps(host_networks, inventory, is_here):
    """A tap may be missing, as a guest may be off; one without a port should not be."""
    known = {port.id for network in host_networks.networks for port in network.ports if is_here(port)}
    return [_item('tap', name, 'should not be') for name, tap in sorted(inventory['taps'].items())
            if tap['port_id'] not in known]


def _item(kind, item_id, detail):
    return {'kind': kind, 'id': item_id, 'detail': detail}
