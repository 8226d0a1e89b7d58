# SPDX-License-Identifier: Apache-2.0
"""What the real driver promises about packets, shown by guests that send them."""
import ipaddress
import os
import socket

import pytest

from praline_common import errors
from praline_network.drivers.linuxbridge.filters import link_local

from . import network_guests as play
from .conftest import EMPTY
from .conftest import HOST
from .conftest import RealLab
from .conftest import address
from .other_host import OtherHost

OUT4, OUT6 = {'direction': 'egress'}, {'direction': 'egress', 'ethertype': 'IPv6'}
ICMP_IN = {'direction': 'ingress', 'protocol': 'icmp'}


def tcp_in(port, **values):
    return {'direction': 'ingress', 'protocol': 'tcp', 'port_min': port, 'port_max': port, **values}


def _ip(port, index=0):
    return port.addresses[index]['ip']


def _guest(real, network, last, *groups, pairs=(), **values):
    """A plugged guest with its first address set by hand."""
    port = real.port(network, last, *groups, allowed_address_pairs=list(pairs), **values)
    guest = real.guest(network, port, *groups)
    for entry, subnet in zip(port.addresses, network.subnets):
        guest.address('%s/%d' % (entry['ip'], ipaddress.ip_network(subnet.cidr).prefixlen))
    return guest


def _pair(real, network, *groups):
    return _guest(real, network, 10, *groups), _guest(real, network, 11, *groups)


# DHCP and metadata

def test_dhcp_gives_the_ports_own_address_and_routes(real):
    network = real.network(real.subnet(dns_nameservers=['9.9.9.9'],
                                       host_routes=[{'destination': '192.0.2.0/24', 'nexthop': '10.0.0.7'}]))
    real.driver.ensure_network(network)
    guest = real.guest(network, real.port(network, 33))
    lease = play.until(guest.lease)
    subnet = network.subnets[0]
    assert lease['ip'] == address(subnet, 33)
    options = lease['options']
    assert socket.inet_ntoa(options[3]) == subnet.gateway_ip
    assert socket.inet_ntoa(options[6]) == '9.9.9.9'
    assert int.from_bytes(options[26], 'big') == network.mtu
    assert dict(play.classless_routes(options[121])) == {
        '0.0.0.0/0': subnet.gateway_ip, '192.0.2.0/24': '10.0.0.7', '169.254.169.254/32': address(subnet, 2)}
    assert real.driver.inventory()['leases'][network.id] == [
        {'mac': guest.port.mac, 'ip': lease['ip'], 'hostname': 'vm33'}]


def test_dhcp_options_of_the_port_win(real):
    network = real.network()
    port = real.port(network, 10, dhcp_options=[{'name': 'tftp-server', 'value': '10.9.9.9', 'ip_version': '4'},
                                                {'name': 'mtu', 'value': '1400', 'ip_version': '4'},
                                                {'name': 'bad\nname', 'value': 'x', 'ip_version': '4'}])
    lease = play.until(real.guest(network, port).lease)
    assert int.from_bytes(lease['options'][26], 'big') == 1400


def test_an_address_is_leased_again_to_the_next_port_that_has_it(real):
    network = real.network()
    first = real.guest(network, real.port(network, 10))
    assert play.until(first.lease)
    real.driver.remove_port(first.port.id)
    second = real.guest(network, real.port(network, 10))
    assert play.until(second.lease)['ip'] == _ip(second.port)


def test_stranger_gets_no_lease(real):
    network = real.network()
    guest = real.guest(network, real.port(network, 10, security_enabled=False))
    assert play.until(guest.lease)
    assert guest.inside(play.dhcp_lease, play.random_mac()) is None


def test_metadata_on_a_network_without_a_router_and_without_any_rule(real):
    network, group = real.network(), real.group()
    guest = real.guest(network, real.port(network, 10, group), group)
    guest.configure()
    assert guest.get('/openstack?x=1') == (200, ('%s said /openstack?x=1' % _ip(guest.port)).encode())
    assert real.asked == [(network.id, _ip(guest.port), '/openstack?x=1')]


# Security groups

def test_nothing_comes_in_unless_a_rule_lets_it(real):
    network, closed = real.network(), real.group(OUT4)
    asker, answerer = _pair(real, network, closed)
    answerer.listen(80)
    assert not asker.ping(_ip(answerer.port))
    assert asker.connect(_ip(answerer.port), 80, 0.5) is None

    opened = closed.obj_clone()
    opened.rules = real.group(OUT4, tcp_in(80), ICMP_IN).rules
    real.driver.ensure_groups([opened])
    assert asker.ping(_ip(answerer.port))
    assert asker.connect(_ip(answerer.port), 80)
    assert asker.connect(_ip(answerer.port), 81, 0.5) is None


def test_replies_come_in_and_strangers_do_not_go_out(real):
    network = real.network()
    talker, silent, server = real.group(OUT4), real.group(), real.group(tcp_in(80))
    asker, mute, answerer = (_guest(real, network, 10, talker), _guest(real, network, 11, silent),
                             _guest(real, network, 12, server))
    answerer.listen(80)
    assert asker.connect(_ip(answerer.port), 80)
    assert mute.connect(_ip(answerer.port), 80, 0.5) is None


@pytest.mark.parametrize('version', [4, 6])
def test_a_rules_end_cuts_what_it_had_admitted(real, version):
    network = real.network(real.subnet() if version == 4 else real.subnet6())
    out, family = {4: (OUT4, socket.AF_INET), 6: (OUT6, socket.AF_INET6)}[version]
    rules = [tcp_in(port, ethertype='IPv%d' % version) for port in (80, 81)]
    group = real.group(out, *rules)
    asker, answerer = _pair(real, network, group)
    listening = {port: answerer.listen(port, family=family) for port in (80, 81)}
    talks = {port: (asker.connect(_ip(answerer.port), port), listening[port].accept()[0]) for port in (80, 81)}
    less = group.obj_clone()
    less.rules = real.group(out, rules[1]).rules
    real.driver.ensure_groups([less])
    for mine, theirs in talks.values():
        mine.send(b'still there?')
        theirs.settimeout(0.4)
    assert talks[81][1].recv(100) == b'still there?'
    try:
        assert not talks[80][1].recv(100)
    except TimeoutError:
        pass


def test_a_closed_tap_stays_closed_when_its_port_is_forgotten(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    asker, answerer = _pair(real, network, group)
    assert asker.ping(_ip(answerer.port))
    tap = real.driver.ensure_port(network, answerer.port, [group])['tap']
    cloud = 'q' + real.cloud_id
    play.sh('nft', 'delete', 'element', 'bridge', cloud, 'secured', '{ "%s" }' % tap)
    assert not asker.ping(_ip(answerer.port), within=0.3)


def test_remote_group_admits_its_members_only(real):
    network = real.network()
    members = real.group(OUT4)
    guarded = real.group({'direction': 'ingress', 'protocol': 'icmp', 'remote_group_id': members.id})
    friend, stranger = _pair(real, network, members)
    target = _guest(real, network, 12, guarded)
    real.driver.ensure_groups([guarded, _with_members(members, friend)])
    assert friend.ping(_ip(target.port))
    assert not stranger.ping(_ip(target.port))

    real.driver.ensure_groups([_with_members(members, stranger)])
    assert stranger.ping(_ip(target.port))
    assert not friend.ping(_ip(target.port))


def _with_members(group, *guests):
    group = group.obj_clone()
    group.addresses = [_ip(guest.port) for guest in guests]
    return group


def test_two_networks_with_the_same_addresses_do_not_mix(real):
    subnet = real.subnet()
    open_group, closed_group = real.group(OUT4, ICMP_IN), real.group(OUT4)
    one, other = real.network(subnet), real.network(subnet)
    asker, answerer = _pair(real, one, open_group)
    other_asker, other_answerer = _pair(real, other, closed_group)
    assert asker.ping(_ip(answerer.port))
    assert not other_asker.ping(_ip(other_answerer.port))


def test_port_without_security_is_open(real):
    network, closed = real.network(), real.group(OUT4)
    asker = _guest(real, network, 10, closed)
    answerer = _guest(real, network, 11, security_enabled=False)
    assert asker.ping(_ip(answerer.port))


def test_port_that_is_down_hears_and_says_nothing(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    asker, answerer = _pair(real, network, group)
    assert asker.ping(_ip(answerer.port))
    down = answerer.port.obj_clone()
    down.admin_up = False
    real.driver.ensure_port(network, down, [group])
    assert not asker.ping(_ip(answerer.port))


# Spoofing

def _frames(guest, other):
    """{what a dishonest guest might say: the frame}."""
    own, foreign = (bytes.fromhex(mac.replace(':', '')) for mac in (guest.port.mac, other.port.mac))
    udp = {'ports': (9, 9), 'body': b'spoof'}
    arp = b'\x00\x01\x08\x00\x06\x04\x00\x02'
    mine, theirs = socket.inet_aton(_ip(guest.port)), socket.inet_aton(_ip(other.port))
    everybody = b'\xff' * 6
    return {
        'mac': play.udp_frame(bytes.fromhex('fa163e999999'), everybody, _ip(guest.port), '255.255.255.255', **udp),
        'ip': play.udp_frame(own, everybody, _ip(other.port), '255.255.255.255', **udp),
        'arp': everybody + own + b'\x08\x06' + arp + own + theirs + foreign + mine,
        'arp mac': everybody + own + b'\x08\x06' + arp + bytes.fromhex('fa163e999999') + mine + foreign + theirs,
        'dhcp server': play.udp_frame(own, everybody, _ip(guest.port), '255.255.255.255', (67, 68), b'x' * 300),
        'router advertisement': _icmp6(own, 'fe80::1', 134, bytes(12)),
        'neighbour advertisement': _icmp6(own, str(link_local(guest.port.mac).network_address), 136,
                                          bytes(4) + ipaddress.ip_address('fd00::99').packed),
        'ip6': _icmp6(own, 'fd00::99', 128, bytes(4)),
        'unknown protocol': everybody + own + b'\x88\xcc' + b'spoof'}


def _icmp6(mac, source, kind, rest):
    body = bytes([kind, 0, 0, 0]) + rest
    source, target = ipaddress.ip_address(source).packed, ipaddress.ip_address('ff02::1').packed
    pseudo = source + target + len(body).to_bytes(4, 'big') + b'\0\0\0\x3a'
    body = body[:2] + play.checksum(pseudo + body).to_bytes(2, 'big') + body[4:]
    return (b'\x33\x33\0\0\0\x01' + mac + b'\x86\xdd' + b'\x60\0\0\0' + len(body).to_bytes(2, 'big') + b'\x3a\xff'
            + source + target + body)


def test_no_guest_speaks_as_another(real):
    network, group = real.network(), real.group(OUT4, OUT6)
    liar, victim = _guest(real, network, 10, group), _guest(real, network, 11, security_enabled=False)
    frames = _frames(liar, victim)
    honest = play.udp_frame(bytes.fromhex(liar.port.mac.replace(':', '')), b'\xff' * 6, _ip(liar.port),
                            '255.255.255.255', (9, 9), b'honest')
    heard = victim.sniff()
    for frame in frames.values():
        liar.send_frame(frame)
    liar.send_frame(honest)
    seen = []
    assert play.hears(heard, lambda frame: seen.append(frame) or b'honest' in frame, 2)
    assert [what for what, frame in frames.items() if frame in seen] == []

    free = liar.port.obj_clone()
    free.security_enabled = False
    real.driver.ensure_port(network, free, [group])
    for what, frame in frames.items():
        liar.send_frame(frame)
        assert play.hears(heard, lambda heard_frame, frame=frame: frame == heard_frame, 2), what


def test_allowed_pairs_may_be_used(real):
    network, group = real.network(), real.group(OUT4)
    shared, other_mac = address(network.subnets[0], 200), 'fa:16:3e:00:00:77'
    guest = _guest(real, network, 10, group, pairs=[{'ip': shared, 'mac': None},
                                                    {'ip': '192.0.2.0/24', 'mac': other_mac}])
    victim = _guest(real, network, 11, security_enabled=False)
    heard = victim.sniff()
    own = bytes.fromhex(guest.port.mac.replace(':', ''))
    for mac, source, allowed in ((own, shared, True), (bytes.fromhex('fa163e000077'), '192.0.2.9', True),
                                 (own, '192.0.2.9', False)):
        text = os.urandom(8)
        guest.send_frame(play.udp_frame(mac, b'\xff' * 6, source, '255.255.255.255', (9, 9), text))
        assert play.hears(heard, lambda frame, text=text: text in frame, 1 if allowed else 0.2) is allowed


def test_the_host_is_no_party_on_a_tenants_network(real):
    network = real.network(dhcp=False)
    guest = _guest(real, network, 10, security_enabled=False)
    guest.ip('route', 'add', 'default', 'dev', 'eth0')
    where = real.driver.inventory()['taps']
    bridge = next(iter(where.values()))['bridge']
    with open('/sys/class/net/%s/address' % bridge) as file:
        mac = file.read().strip()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(('192.0.2.1', 9))
        own = probe.getsockname()[0]
    guest.ip('neigh', 'replace', own, 'lladdr', mac, 'dev', 'eth0')
    assert not guest.ping(own, within=0.3)


# Routers

def _routed(real, *inner, floating=None, groups=(), **values):
    external = real.external()
    real.driver.ensure_network(external)
    for network in inner:
        real.driver.ensure_network(network)
    router = real.router(external, *inner, floating={
        address(external.subnets[0], last): fixed for last, fixed in (floating or {}).items()}, **values)
    real.driver.ensure_router(router)
    return external, router


def test_floating_address_in_and_translation_out(real):
    network, group = real.network(), real.group(OUT4, tcp_in(80))
    guest, plain = _pair(real, network, group)
    external, router = _routed(real, network, floating={50: _ip(guest.port)})
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
    guest = _guest(real, network, 10, group)
    external, router = _routed(real, network, floating={50: _ip(guest.port)})
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
    asker, answerer = _guest(real, one, 10, group), _guest(real, other, 10, group)
    _routed(real, one, other)
    for guest, network in ((asker, one), (answerer, other)):
        guest.route('default', network.subnets[0].gateway_ip)
    listening = answerer.listen(80)
    assert asker.connect(_ip(answerer.port), 80)
    assert listening.accept()[1][0] == _ip(asker.port)


def test_static_route_leads_through_a_guest(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    inner = real.network()
    asker = _guest(real, inner, 10, group)
    gateway = _guest(real, network, 10, group, pairs=[{'ip': '198.51.100.0/24', 'mac': None}])
    gateway.address('198.51.100.1/32')
    gateway.route('default', network.subnets[0].gateway_ip)
    asker.route('default', inner.subnets[0].gateway_ip)
    external, router = _routed(real, network, inner,
                               routes=[{'destination': '198.51.100.0/24', 'nexthop': _ip(gateway.port)}])
    assert asker.reaches('198.51.100.1')
    router.routes = []
    real.driver.ensure_router(router)
    assert not asker.ping('198.51.100.1', within=0.3)


def test_metadata_through_a_router(real):
    network, group = real.network(dhcp=False), real.group(OUT4)
    guest = _guest(real, network, 10, group)
    external, router = _routed(real, network)
    guest.route('default', network.subnets[0].gateway_ip)
    assert guest.get('/latest')[0] == 200
    assert real.asked == [(network.id, _ip(guest.port), '/latest')]
    network.ports = [guest.port]
    real.restart()
    real.driver.apply(real.state([external, network], [group], [router]))
    assert guest.get('/again')[0] == 200


def test_metadata_is_not_answered_outside(real):
    network = real.network(dhcp=False)
    external, _ = _routed(real, network)
    probe = _guest(real, external, 90, security_enabled=False)
    probe.route('169.254.169.254/32', address(external.subnets[0], 10))
    assert probe.connect('169.254.169.254', 80, 0.4) is None


def test_a_failing_answer_is_a_500(real):
    network = real.network()
    guest = _guest(real, network, 10, security_enabled=False)
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
    _routed(real, network)
    for guest in guests:
        assert play.until(lambda guest=guest: _ip(guest.port) in guest.ip('-6', 'addr', 'show', 'dev', 'eth0'))
    assert guests[0].reaches(_ip(ports[1]))
    assert guests[0].reaches(subnet.gateway_ip)
    assert 'default' in guests[0].ip('-6', 'route')

    closed = group.obj_clone()
    closed.rules = real.group(OUT6).rules
    real.driver.ensure_groups([closed])
    assert not guests[0].ping(_ip(ports[1]), within=0.3)
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
    asker, answerer = _pair(real, network, group)
    answerer.listen(80, family=socket.AF_INET6)
    assert asker.connect(_ip(answerer.port, 0), 80)
    assert asker.connect(_ip(answerer.port, 1), 80)


def test_dhcp6_gives_the_ports_own_address(real):
    modes = {'ipv6_ra_mode': 'dhcpv6-stateful', 'ipv6_address_mode': 'dhcpv6-stateful'}
    network, group = real.network(real.subnet6(**modes)), real.group(OUT6)
    guest = real.guest(network, real.port(network, 10, group), group)
    assert play.until(lambda: guest.inside(play.dhcp6_offer, guest.port.mac)) == _ip(guest.port)


# Tunnels

def test_guests_of_two_hosts_share_a_network_by_tunnel(real):
    with OtherHost(real) as other:
        network = real.network(kind='vxlan', segmentation_id=real.second_octet, dhcp=True, mtu=1400,
                               peers={HOST: other.here, 'host2': other.there})
        group = real.group(OUT4, ICMP_IN)
        far = real.port(network, 20, group, host='host2')
        real.restart(local_ip=other.here)
        guest = _guest(real, network, 10, group)
        assert real.driver.ensure_port(network, far, [group]) == {}
        network.ports = [network.ports[0], guest.port]
        other.plug(network, far, group)
        assert guest.reaches(_ip(far))
        assert other.lease(far)['ip'] == _ip(far)
        closed = group.obj_clone()
        closed.rules = real.group(OUT4).rules
        other.ensure_groups(closed)
        assert not guest.ping(_ip(far), within=0.3)


# Mending

def test_apply_mends_what_was_broken_by_hand(real):
    external, network, group = real.external(), real.network(), real.group(OUT4, ICMP_IN)
    guest, other = _pair(real, network, group)
    network.ports = network.ports + [guest.port, other.port]
    router = real.router(external, network, floating={address(external.subnets[0], 50): _ip(guest.port)})
    state = real.state([external, network], [group], [router])
    real.driver.apply(state)
    guest.route('default', network.subnets[0].gateway_ip)
    assert guest.reaches(_ip(other.port))
    before = real.driver.inventory()

    cloud = 'q' + real.cloud_id
    play.sh('nft', 'delete', 'table', 'bridge', cloud)
    play.sh('nft', 'flush', 'chain', 'inet', cloud, 'entering')
    play.sh('ip', 'netns', 'delete', '%s-router-%s' % (cloud, router.id))
    os.kill(before['dhcp'][network.id], 9)
    for name, network_id in before['bridges'].items():
        if network_id == external.id:
            play.sh('ip', 'link', 'delete', name)
    mended = real.driver.apply(state)
    assert any('packet filter' in what for what in mended)
    assert any(router.id in what for what in mended)
    found = real.driver.inventory()
    assert found.pop('dhcp').keys() == before.pop('dhcp').keys()
    assert found == before
    assert guest.reaches(external.subnets[0].gateway_ip)
    assert play.until(guest.lease)
    assert real.driver.apply(state) == []


def test_apply_brings_a_removed_bridge_and_its_namespace_back(real):
    network = real.network()
    real.driver.apply(real.state([network]))
    name = next(iter(real.driver.inventory()['bridges']))
    play.sh('ip', 'link', 'delete', name)
    play.sh('ip', 'netns', 'delete', 'q%s-dhcp-%s' % (real.cloud_id, network.id))
    real.driver.apply(real.state([network]))
    guest = real.guest(network, real.port(network, 10))
    assert play.until(guest.lease)


def test_apply_removes_a_tap_that_nobody_should_have(real):
    network = real.network()
    guest = real.guest(network, real.port(network, 10))
    real.driver.apply(real.state([network]))
    assert real.driver.inventory()['taps'] == {}
    assert guest.ip('link', 'show', 'eth0', check=False) == ''


def test_one_bad_group_does_not_keep_the_others_from_being_mended(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    asker, answerer = _pair(real, network, group)
    network.ports = network.ports + [asker.port, answerer.port]
    bad = real.group({'direction': 'ingress', 'protocol': 'tcp', 'port_min': 9, 'port_max': 3})
    with pytest.raises(errors.DriverError, match=bad.id):
        real.driver.apply(real.state([network], [bad, group]))
    assert asker.reaches(_ip(answerer.port))


def test_another_cloud_is_not_touched(real, tmp_path_factory):
    other = RealLab(tmp_path_factory.mktemp('other'))
    try:
        network = other.network()
        other.driver.ensure_network(network)
        before = other.driver.inventory()
        real.driver.apply(real.state([real.network()]))
        real.driver.apply(real.state())
        assert other.driver.inventory() == before
    finally:
        other.close()


def test_an_external_subnet_that_the_host_is_on_already_is_refused(real, tmp_path_factory):
    external = real.external()
    real.driver.ensure_network(external)
    other = RealLab(tmp_path_factory.mktemp('other'))
    try:
        with pytest.raises(errors.DriverError, match='Choose another subnet'):
            other.driver.ensure_network(other.network(external.subnets[0], kind='external', dhcp=False))
        assert other.driver.inventory() == EMPTY
    finally:
        other.close()


def test_masquerade_lets_guests_out_to_where_the_host_goes(real):
    real.restart(masquerade=True)
    network, group = real.network(), real.group(OUT4)
    guest = _guest(real, network, 10, group)
    _routed(real, network)
    guest.route('default', network.subnets[0].gateway_ip)
    away = play.Guest('%s-away' % real.cloud_id, guest.port)
    link = 'q%s-away' % real.cloud_id
    try:
        play.sh('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', away.namespace)
        play.sh('ip', 'addr', 'add', '100.%d.99.1/24' % real.second_octet, 'dev', link)
        play.sh('ip', 'link', 'set', link, 'up')
        away.address('100.%d.99.2/24' % real.second_octet).ip('link', 'set', 'eth0', 'up')
        listening = away.listen(80)
        assert guest.connect('100.%d.99.2' % real.second_octet, 80)
        assert listening.accept()[1][0] == '100.%d.99.1' % real.second_octet
    finally:
        away.delete()


def test_removal_leaves_nothing_on_the_host(real):
    external, network, group = real.external(), real.network(), real.group(OUT4)
    guest = _guest(real, network, 10, group)
    router = real.router(external, network, floating={address(external.subnets[0], 50): _ip(guest.port)})
    real.driver.ensure_network(external)
    real.driver.ensure_router(router)
    real.driver.remove_port(guest.port.id)
    real.driver.remove_router(router.id)
    real.driver.remove_network(network.id)
    real.driver.remove_network(external.id)
    real.unplug()
    assert _traces(real) == []


def _traces(real):
    cloud = 'q' + real.cloud_id
    listed = (play.sh('ip', '-o', 'link').splitlines() + play.sh('ip', 'netns').splitlines()
              + play.sh('nft', 'list', 'tables').splitlines())
    listed += [process for process in os.listdir('/proc') if process.isdigit()
               and real.directory.encode() in _read('/proc/%s/cmdline' % process)]
    listed += [name for name in os.listdir(os.path.join(real.directory, 'net'))
               if name not in ('zones.json', 'dhcp', 'routers')]
    listed += os.listdir(os.path.join(real.directory, 'net', 'dhcp'))
    return [line for line in listed if cloud in line or line.isdigit() or len(line) == 36]


def _read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError:
        return b''


# Cost

def test_a_port_costs_one_program(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    real.driver.ensure_port(network, real.port(network, 10, group), [group])
    before = real.driver.runner.spawned
    real.driver.ensure_port(network, real.port(network, 11, group), [group])
    assert real.driver.runner.spawned - before == 1
