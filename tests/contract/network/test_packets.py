# SPDX-License-Identifier: Apache-2.0
"""What guests on one network may say and hear: leases, metadata, security groups, spoofing."""
import ipaddress
import os
import signal
import socket

import pytest

from praline_network.drivers.linuxbridge.filters import link_local

from . import network_guests as play
from .conftest import address
from .scenes import ICMP_IN
from .scenes import OUT4
from .scenes import OUT6
from .scenes import fixed_ip
from .scenes import new_guest
from .scenes import tcp_in
from .scenes import two_guests


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
    assert play.until(second.lease)['ip'] == fixed_ip(second.port)


def test_a_port_that_goes_takes_its_lease_and_nobody_elses(real):
    network = real.network()
    leaving, staying = (real.guest(network, real.port(network, last, hostname='vm%d' % last)) for last in (10, 11))
    for guest in (leaving, staying):
        assert play.until(guest.lease)
    real.driver.remove_port(leaving.port.id)
    assert [lease['ip'] for lease in real.driver.inventory()['leases'][network.id]] == [fixed_ip(staying.port)]
    assert play.until(staying.lease)['ip'] == fixed_ip(staying.port)


def test_a_server_started_where_all_signals_are_blocked_hears_them(real):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        network = real.network()
        real.driver.ensure_network(network)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    process_id = real.driver.inventory()['dhcp'][network.id]
    with open('/proc/%d/status' % process_id) as status:
        blocked = next(line.split()[1] for line in status if line.startswith('SigBlk'))
    assert int(blocked, 16) == 0


def test_stranger_gets_no_lease(real):
    network = real.network()
    guest = real.guest(network, real.port(network, 10, security_enabled=False))
    assert play.until(guest.lease)
    assert guest.inside(play.dhcp_lease, play.random_mac()) is None


def test_metadata_on_a_network_without_a_router_and_without_any_rule(real):
    network, group = real.network(), real.group()
    guest = real.guest(network, real.port(network, 10, group), group)
    guest.configure()
    assert guest.get('/openstack?x=1') == (200, ('%s said /openstack?x=1' % fixed_ip(guest.port)).encode())
    assert real.asked == [(network.id, fixed_ip(guest.port), '/openstack?x=1')]


def test_metadata_over_ipv6_by_the_cards_own_address(real):
    network, group = real.network(real.subnet6(ipv6_ra_mode='slaac', ipv6_address_mode='slaac')), real.group()
    guest = real.guest(network, real.port(network, 10, group), group)
    own = str(link_local(guest.port.mac).network_address)
    assert guest.get('/openstack', host='fe80::a9fe:a9fe%eth0') == (200, ('%s said /openstack' % own).encode())
    assert real.asked == [(network.id, own, '/openstack')]


# Security groups

def test_nothing_comes_in_unless_a_rule_lets_it(real):
    network, closed = real.network(), real.group(OUT4)
    asker, answerer = two_guests(real, network, closed)
    answerer.listen(80)
    assert not asker.ping(fixed_ip(answerer.port))
    assert asker.connect(fixed_ip(answerer.port), 80, 0.5) is None

    opened = closed.obj_clone()
    opened.rules = real.group(OUT4, tcp_in(80), ICMP_IN).rules
    real.driver.ensure_groups([opened])
    assert asker.ping(fixed_ip(answerer.port))
    assert asker.connect(fixed_ip(answerer.port), 80)
    assert asker.connect(fixed_ip(answerer.port), 81, 0.5) is None


def test_replies_come_in_and_strangers_do_not_go_out(real):
    network = real.network()
    talker, silent, server = real.group(OUT4), real.group(), real.group(tcp_in(80))
    asker, mute, answerer = (new_guest(real, network, 10, talker), new_guest(real, network, 11, silent),
                             new_guest(real, network, 12, server))
    answerer.listen(80)
    assert asker.connect(fixed_ip(answerer.port), 80)
    assert mute.connect(fixed_ip(answerer.port), 80, 0.5) is None


@pytest.mark.parametrize('version', [4, 6])
def test_a_rules_end_cuts_what_it_had_admitted(real, version):
    network = real.network(real.subnet() if version == 4 else real.subnet6())
    out, family = {4: (OUT4, socket.AF_INET), 6: (OUT6, socket.AF_INET6)}[version]
    rules = [tcp_in(port, ethertype='IPv%d' % version) for port in (80, 81)]
    group = real.group(out, *rules)
    asker, answerer = two_guests(real, network, group)
    listening = {port: answerer.listen(port, family=family) for port in (80, 81)}
    talks = {port: (asker.connect(fixed_ip(answerer.port), port), listening[port].accept()[0]) for port in (80, 81)}
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
    asker, answerer = two_guests(real, network, group)
    assert asker.ping(fixed_ip(answerer.port))
    tap = real.driver.ensure_port(network, answerer.port, [group])['tap']
    cloud = 'q' + real.cloud_id
    play.sh('nft', 'delete', 'element', 'bridge', cloud, 'secured', '{ "%s" }' % tap)
    assert not asker.ping(fixed_ip(answerer.port), within=0.3)


def test_remote_group_admits_its_members_only(real):
    network = real.network()
    members = real.group(OUT4)
    guarded = real.group({'direction': 'ingress', 'protocol': 'icmp', 'remote_group_id': members.id})
    friend, stranger = two_guests(real, network, members)
    target = new_guest(real, network, 12, guarded)
    real.driver.ensure_groups([guarded, _with_members(members, friend)])
    assert friend.ping(fixed_ip(target.port))
    assert not stranger.ping(fixed_ip(target.port))

    real.driver.ensure_groups([_with_members(members, stranger)])
    assert stranger.ping(fixed_ip(target.port))
    assert not friend.ping(fixed_ip(target.port))


def _with_members(group, *guests):
    group = group.obj_clone()
    group.addresses = [fixed_ip(guest.port) for guest in guests]
    return group


def test_two_networks_with_the_same_addresses_do_not_mix(real):
    subnet = real.subnet()
    open_group, closed_group = real.group(OUT4, ICMP_IN), real.group(OUT4)
    one, other = real.network(subnet), real.network(subnet)
    asker, answerer = two_guests(real, one, open_group)
    other_asker, other_answerer = two_guests(real, other, closed_group)
    assert asker.ping(fixed_ip(answerer.port))
    assert not other_asker.ping(fixed_ip(other_answerer.port))


def test_port_without_security_is_open(real):
    network, closed = real.network(), real.group(OUT4)
    asker = new_guest(real, network, 10, closed)
    answerer = new_guest(real, network, 11, security_enabled=False)
    assert asker.ping(fixed_ip(answerer.port))


def test_port_that_is_down_hears_and_says_nothing(real):
    network, group = real.network(), real.group(OUT4, ICMP_IN)
    asker, answerer = two_guests(real, network, group)
    assert asker.ping(fixed_ip(answerer.port))
    down = answerer.port.obj_clone()
    down.admin_up = False
    real.driver.ensure_port(network, down, [group])
    assert not asker.ping(fixed_ip(answerer.port))


# Spoofing

def _frames(guest, other):
    """{what a dishonest guest might say: the frame}."""
    own, foreign = (bytes.fromhex(mac.replace(':', '')) for mac in (guest.port.mac, other.port.mac))
    udp = {'ports': (9, 9), 'body': b'spoof'}
    arp = b'\x00\x01\x08\x00\x06\x04\x00\x02'
    mine, theirs = socket.inet_aton(fixed_ip(guest.port)), socket.inet_aton(fixed_ip(other.port))
    everybody = b'\xff' * 6
    return {
        'mac': play.udp_frame(bytes.fromhex('fa163e999999'), everybody, fixed_ip(guest.port), '255.255.255.255', **udp),
        'ip': play.udp_frame(own, everybody, fixed_ip(other.port), '255.255.255.255', **udp),
        'arp': everybody + own + b'\x08\x06' + arp + own + theirs + foreign + mine,
        'arp mac': everybody + own + b'\x08\x06' + arp + bytes.fromhex('fa163e999999') + mine + foreign + theirs,
        'dhcp server': play.udp_frame(own, everybody, fixed_ip(guest.port), '255.255.255.255', (67, 68), b'x' * 300),
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
    liar, victim = new_guest(real, network, 10, group), new_guest(real, network, 11, security_enabled=False)
    frames = _frames(liar, victim)
    honest = play.udp_frame(bytes.fromhex(liar.port.mac.replace(':', '')), b'\xff' * 6, fixed_ip(liar.port),
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
    guest = new_guest(real, network, 10, group, pairs=[{'ip': shared, 'mac': None},
                                                    {'ip': '192.0.2.0/24', 'mac': other_mac}])
    victim = new_guest(real, network, 11, security_enabled=False)
    heard = victim.sniff()
    own = bytes.fromhex(guest.port.mac.replace(':', ''))
    for mac, source, allowed in ((own, shared, True), (bytes.fromhex('fa163e000077'), '192.0.2.9', True),
                                 (own, '192.0.2.9', False)):
        text = os.urandom(8)
        guest.send_frame(play.udp_frame(mac, b'\xff' * 6, source, '255.255.255.255', (9, 9), text))
        assert play.hears(heard, lambda frame, text=text: text in frame, 1 if allowed else 0.2) is allowed


def test_the_host_is_no_party_on_a_tenants_network(real):
    network = real.network(dhcp=False)
    guest = new_guest(real, network, 10, security_enabled=False)
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
