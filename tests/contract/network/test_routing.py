# SPDX-License-Identifier: Apache-2.0
"""What leaves a network: routers, translation, advertisements and tunnels, shown by packets."""
import ipaddress
import socket

from praline_network.drivers.linuxbridge.filters import link_local

from . import network_guests as play
from .conftest import HOST
from .conftest import address
from .other_host import OtherHost
from .scenes import ICMP_IN
from .scenes import OUT4
from .scenes import OUT6
from .scenes import fixed_ip
from .scenes import new_guest
from .scenes import routed
from .scenes import tcp_in
from .scenes import two_guests


# Routers

def test_floating_address_in_and_translation_out(real):
    network, group = real.network(), real.group(OUT4, tcp_in(80))
    guest, plain = two_guests(real, network, group)
    external, router = routed(real, network, floating={50: fixed_ip(guest.port)})
    outside, floating = external.subnets[0], address(external.subnets[0], 50)
    for each in (guest, plain):
        each.route('default', network.subnets[0].gateway_ip)
    listening = guest.listen(80)
    with socket.create_connection((floating, 80), timeout=5):
        assert listening.accept()[1][0] == outside.gateway_ip

    with socket.create_server((outside.gateway_ip, 0)) as host:
        host.settimeout(5)
        port = host.getsockname()[1]
        assert guest.connect(outside.gateway_ip, port)
        assert host.accept()[1][0] == floating
        assert plain.connect(outside.gateway_ip, port)
        assert host.accept()[1][0] == address(outside, 10)

    assert plain.connect(floating, 80), 'a guest reaches its neighbour by the floating address'
    assert listening.accept()[1][0] == address(outside, 10)

    router.floating_ips = []
    real.driver.ensure_router(router)
    with socket.socket() as late:
        late.settimeout(0.4)
        assert late.connect_ex((floating, 80))


def test_removed_floating_address_cuts_its_connections(real):
    network, group = real.network(), real.group(OUT4, tcp_in(80))
    guest = new_guest(real, network, 10, group)
    external, router = routed(real, network, floating={50: fixed_ip(guest.port)})
    guest.route('default', network.subnets[0].gateway_ip)
    listening = guest.listen(80)
    with socket.create_connection((address(external.subnets[0], 50), 80), timeout=5) as talk:
        theirs, _ = listening.accept()
        theirs.settimeout(0.4)
        router.floating_ips = []
        real.driver.ensure_router(router)
        talk.send(b'still there?')
        try:
            heard = theirs.recv(100)
        except TimeoutError:
            heard = b''
    assert heard == b''


def test_router_joins_networks_without_translation(real):
    one, other, group = real.network(), real.network(), real.group(OUT4, tcp_in(80))
    asker, answerer = new_guest(real, one, 10, group), new_guest(real, other, 10, group)
    routed(real, one, other)
    for guest, network in ((asker, one), (answerer, other)):
        guest.route('default', network.subnets[0].gateway_ip)
    listening = answerer.listen(80)
    assert asker.connect(fixed_ip(answerer.port), 80)
    assert listening.accept()[1][0] == fixed_ip(asker.port)


def test_static_route_leads_through_a_guest(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    inner = real.network()
    asker = new_guest(real, inner, 10, group)
    gateway = new_guest(real, network, 10, group, pairs=[{'ip': '198.51.100.0/24', 'mac': None}])
    gateway.address('198.51.100.1/32')
    gateway.route('default', network.subnets[0].gateway_ip)
    asker.route('default', inner.subnets[0].gateway_ip)
    external, router = routed(real, network, inner,
                               routes=[{'destination': '198.51.100.0/24', 'nexthop': fixed_ip(gateway.port)}])
    assert asker.reaches('198.51.100.1')
    router.routes = []
    real.driver.ensure_router(router)
    assert not asker.ping('198.51.100.1', within=0.3)


def test_metadata_through_a_router(real):
    network, group = real.network(dhcp=False), real.group(OUT4)
    guest = new_guest(real, network, 10, group)
    external, router = routed(real, network)
    guest.route('default', network.subnets[0].gateway_ip)
    assert guest.get('/latest')[0] == 200
    assert real.asked == [(network.id, fixed_ip(guest.port), '/latest')]
    network.ports = [guest.port]
    real.restart()
    real.driver.apply(real.state([external, network], [group], [router]))
    assert guest.get('/again')[0] == 200


def test_metadata_is_not_answered_outside(real):
    network = real.network(dhcp=False)
    external, _ = routed(real, network)
    probe = new_guest(real, external, 90, security_enabled=False)
    probe.route('169.254.169.254/32', address(external.subnets[0], 10))
    assert probe.connect('169.254.169.254', 80, 0.4) is None


def test_a_failing_answer_is_a_500(real):
    network = real.network()
    guest = new_guest(real, network, 10, security_enabled=False)
    guest.route('169.254.169.254/32', address(network.subnets[0], 2))
    real.metadata_fails = True
    assert guest.get('/x')[0] == 500


# IPv6

def test_ipv6_by_router_advertisement(real):
    subnet = real.subnet6(ipv6_ra_mode='slaac', ipv6_address_mode='slaac')
    network = real.network(subnet, dhcp=False)
    group = real.group(OUT6, {'direction': 'ingress', 'ethertype': 'IPv6', 'protocol': 'ipv6-icmp'})
    ports = [_slaac_port(real, network, subnet, last, group) for last in (10, 11)]
    guests = [real.guest(network, port, group) for port in ports]
    routed(real, network)
    for guest in guests:
        assert play.until(lambda guest=guest: fixed_ip(guest.port) in guest.ip('-6', 'addr', 'show', 'dev', 'eth0'))
    assert guests[0].reaches(fixed_ip(ports[1]))
    assert guests[0].reaches(subnet.gateway_ip)
    assert 'default' in guests[0].ip('-6', 'route')

    closed = group.obj_clone()
    closed.rules = real.group(OUT6).rules
    real.driver.ensure_groups([closed])
    assert not guests[0].ping(fixed_ip(ports[1]), within=0.3)
    assert guests[0].ping(subnet.gateway_ip), 'neighbour discovery and replies are always let in'


def _slaac_port(real, network, subnet, last, group):
    port = real.port(network, last, group)
    tail = link_local(port.mac).network_address.packed[8:]
    port.addresses = [{'subnet_id': subnet.id,
                       'ip': str(ipaddress.ip_address(ipaddress.ip_network(subnet.cidr).network_address.packed[:8]
                                                      + tail))}]
    return port


def test_both_versions_on_one_port(real):
    network = real.network(real.subnet(), real.subnet6())
    group = real.group(OUT4, OUT6, tcp_in(80), tcp_in(80, ethertype='IPv6'))
    asker, answerer = two_guests(real, network, group)
    answerer.listen(80, family=socket.AF_INET6)
    assert asker.connect(fixed_ip(answerer.port, 0), 80)
    assert asker.connect(fixed_ip(answerer.port, 1), 80)


def test_dhcp6_gives_the_ports_own_address(real):
    modes = {'ipv6_ra_mode': 'dhcpv6-stateful', 'ipv6_address_mode': 'dhcpv6-stateful'}
    network, group = real.network(real.subnet6(**modes)), real.group(OUT6)
    guest = real.guest(network, real.port(network, 10, group), group)
    assert play.until(lambda: guest.inside(play.dhcp6_offer, guest.port.mac)) == fixed_ip(guest.port)


# Tunnels

def test_guests_of_two_hosts_share_a_network_by_tunnel(real):
    with OtherHost(real) as other:
        network = real.network(kind='vxlan', segmentation_id=real.second_octet, dhcp=True, mtu=1400,
                               peers={HOST: other.here, 'host2': other.there})
        group = real.group(OUT4, ICMP_IN)
        far = real.port(network, 20, group, host='host2')
        real.restart(local_ip=other.here)
        guest = new_guest(real, network, 10, group)
        assert real.driver.ensure_port(network, far, [group]) == {}
        network.ports = [network.ports[0], guest.port]
        other.plug(network, far, group)
        assert guest.reaches(fixed_ip(far))
        assert other.lease(far)['ip'] == fixed_ip(far)
        closed = group.obj_clone()
        closed.rules = real.group(OUT4).rules
        other.ensure_groups(closed)
        assert not guest.ping(fixed_ip(far), within=0.3)
