# SPDX-License-Identifier: Apache-2.0
"""What the real driver mends, leaves alone, leaves behind and costs."""
import os

import pytest

from praline_common import errors

from . import network_guests as play
from .conftest import EMPTY
from .conftest import RealLab
from .conftest import address
from .scenes import ICMP_IN
from .scenes import OUT4
from .scenes import fixed_ip
from .scenes import new_guest
from .scenes import routed
from .scenes import two_guests

def test_apply_mends_what_was_broken_by_hand(real):
    external, network, group = real.external(), real.network(), real.group(OUT4, ICMP_IN)
    guest, other = two_guests(real, network, group)
    network.ports = network.ports + [guest.port, other.port]
    router = real.router(external, network, floating={address(external.subnets[0], 50): fixed_ip(guest.port)})
    state = real.state([external, network], [group], [router])
    real.driver.apply(state)
    guest.route('default', network.subnets[0].gateway_ip)
    assert guest.reaches(fixed_ip(other.port))
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
    asker, answerer = two_guests(real, network, group)
    network.ports = network.ports + [asker.port, answerer.port]
    bad = real.group({'direction': 'ingress', 'protocol': 'tcp', 'port_min': 9, 'port_max': 3})
    with pytest.raises(errors.DriverError, match=bad.id):
        real.driver.apply(real.state([network], [bad, group]))
    assert asker.reaches(fixed_ip(answerer.port))


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
    guest = new_guest(real, network, 10, group)
    routed(real, network)
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
    guest = new_guest(real, network, 10, group)
    router = real.router(external, network, floating={address(external.subnets[0], 50): fixed_ip(guest.port)})
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
