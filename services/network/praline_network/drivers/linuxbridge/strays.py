# SPDX-License-Identifier: Apache-2.0
"""Links that carry the cloud's name though nothing that is desired would have made them."""
from praline_network.drivers.linuxbridge import links as host_links


def links(names, desired):
    """Their names, plugged ones before the bridges they are plugged into."""
    wanted = {names.tap(port.id) for port in desired.guests_here()}
    for network in desired.networks.values():
        wanted |= {names.bridge(network.id), names.dhcp_link(network.id), names.tunnel(network.id)}
    for router in desired.routers.values():
        wanted |= {names.leg_link(leg.port_id) for leg in router.interfaces}
        if router.gateway:
            wanted.add(names.gateway_link(router.gateway.port_id))
    found = [name for name in host_links.names(names.prefix) if name not in wanted]
    return sorted(found, key=lambda name: name.startswith(names.prefix + 'b'))
