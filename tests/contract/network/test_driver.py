# SPDX-License-Identifier: Apache-2.0
"""What every network driver keeps, fake or real: each verb twice, other words, removal without remains, mending."""
import time

import pytest

from praline_common import errors

from .conftest import EMPTY

ICMP_IN = {'direction': 'ingress', 'protocol': 'icmp'}
OUT = {'direction': 'egress'}


def test_network_comes_and_goes(lab):
    network = lab.network()
    lab.driver.ensure_network(network)
    first = lab.driver.inventory()
    assert list(first['bridges'].values()) == [network.id]
    assert list(first['dhcp']) == [network.id]
    assert len(first['metadata']) == 1

    lab.driver.ensure_network(network)
    assert lab.driver.inventory() == first

    lab.driver.remove_network(network.id)
    assert lab.driver.inventory() == EMPTY
    lab.driver.remove_network(network.id)


def test_network_without_a_dhcp_port_here_has_no_server(lab):
    network = lab.network(dhcp=False)
    network.ports = [lab.port(network, 2, device_owner='network:dhcp', host='elsewhere')]
    lab.driver.ensure_network(network)
    assert lab.driver.inventory()['dhcp'] == {}


def test_dhcp_moves_away(lab):
    network = lab.network()
    lab.driver.ensure_network(network)
    network.ports = []
    lab.driver.ensure_network(network)
    found = lab.driver.inventory()
    assert (found['dhcp'], found['leases'], found['metadata']) == ({}, {}, [])


def test_port_has_filters_before_it_has_a_tap(lab):
    network, group = lab.network(), lab.group(ICMP_IN)
    port = lab.port(network, 10, group)
    where = lab.driver.ensure_port(network, port, [group])
    found = lab.driver.inventory()
    assert found['bridges'] == {where['bridge']: network.id}
    assert where['mtu'] == network.mtu
    assert len(where['tap']) <= 15
    assert found['filters'] == [port.id]
    assert found['groups'] == [group.id]
    assert lab.driver.ensure_port(network, port, [group]) == where


def test_port_without_security_has_no_filters(lab):
    network = lab.network()
    port = lab.port(network, 10)
    lab.driver.ensure_port(network, port, [])
    port = port.obj_clone()
    port.security_enabled = False
    lab.driver.ensure_port(network, port, [])
    assert lab.driver.inventory()['filters'] == []


def test_port_elsewhere_is_only_known(lab):
    network = lab.network()
    lab.driver.ensure_network(network)
    assert lab.driver.ensure_port(network, lab.port(network, 10, host='elsewhere'), []) == {}
    assert lab.driver.inventory()['filters'] == []


def test_removed_port_leaves_nothing(lab):
    network, group = lab.network(), lab.group(ICMP_IN)
    port = lab.port(network, 10, group)
    lab.driver.ensure_port(network, port, [group])
    lab.driver.remove_port(port.id)
    lab.driver.remove_port(port.id)
    found = lab.driver.inventory()
    assert (found['filters'], found['taps']) == ([], {})
    lab.driver.remove_network(network.id)
    assert lab.driver.inventory() == EMPTY


def test_network_that_is_needed_stays(lab):
    network, routed, group = lab.network(), lab.network(), lab.group(ICMP_IN)
    port, router = lab.port(network, 10, group), lab.router(None, routed)
    lab.driver.ensure_port(network, port, [group])
    lab.driver.ensure_network(routed)
    lab.driver.ensure_router(router)
    before = lab.driver.inventory()
    lab.driver.remove_network(network.id)
    lab.driver.remove_network(routed.id)
    assert lab.driver.inventory() == before
    lab.driver.remove_port(port.id)
    lab.driver.remove_router(router.id)
    lab.driver.remove_network(network.id)
    lab.driver.remove_network(routed.id)
    assert lab.driver.inventory() == EMPTY


def test_group_in_use_stays(lab):
    network, group = lab.network(), lab.group(ICMP_IN)
    port = lab.port(network, 10, group)
    lab.driver.ensure_port(network, port, [group])
    with pytest.raises(errors.Conflict):
        lab.driver.remove_group(group.id)
    lab.driver.remove_port(port.id)
    lab.driver.remove_group(group.id)
    assert lab.driver.inventory()['groups'] == []
    lab.driver.remove_group(group.id)


def test_groups_that_name_each_other(lab):
    network = lab.network()
    one, other = lab.group(), lab.group(addresses=['10.0.0.9'])
    one = lab.group({'direction': 'ingress', 'remote_group_id': other.id})
    lab.driver.ensure_port(network, lab.port(network, 10, one), [one, other])
    assert lab.driver.inventory()['groups'] == sorted([one.id, other.id])


def test_router_comes_and_goes(lab):
    external, network = lab.external(), lab.network()
    outside = external.subnets[0].cidr.replace('.0/24', '.50')
    router = lab.router(external, network, floating={outside: network.subnets[0].cidr.replace('.0/24', '.10')})
    lab.driver.ensure_network(external)
    lab.driver.ensure_network(network)
    lab.driver.ensure_router(router)
    found = lab.driver.inventory()
    assert found['routers'] == {router.id: {outside: network.subnets[0].cidr.replace('.0/24', '.10')}}
    assert len(found['metadata']) == 2
    lab.driver.ensure_router(router)
    assert lab.driver.inventory() == found

    router.enabled = False
    lab.driver.ensure_router(router)
    assert lab.driver.inventory()['routers'] == {}
    lab.driver.remove_router(router.id)
    lab.driver.remove_router(router.id)
    lab.driver.remove_network(network.id)
    lab.driver.remove_network(external.id)
    assert lab.driver.inventory() == EMPTY


def test_router_on_an_unknown_network_is_refused(lab):
    network, router_network = lab.network(), lab.network()
    lab.driver.ensure_network(network)
    with pytest.raises(errors.DriverError, match=router_network.id):
        lab.driver.ensure_router(lab.router(None, network, router_network))
    assert lab.driver.inventory()['routers'] == {}


def _full(lab):
    external, network, group = lab.external(), lab.network(), lab.group(ICMP_IN, OUT)
    network.ports = network.ports + [lab.port(network, 10, group), lab.port(network, 11, group)]
    router = lab.router(external, network, floating={
        external.subnets[0].cidr.replace('.0/24', '.50'): network.ports[1].addresses[0]['ip']})
    return lab.state([external, network], [group], [router])


def test_apply_makes_all_of_it_and_then_nothing(lab):
    state = _full(lab)
    assert lab.driver.apply(state)
    found = lab.driver.inventory()
    assert sorted(found['bridges'].values()) == sorted(network.id for network in state.networks)
    assert found['filters'] == sorted(port.id for port in state.networks[1].ports[1:])
    assert list(found['routers']) == [state.routers[0].id]
    assert lab.driver.apply(state) == []
    assert lab.driver.inventory() == found


def test_apply_after_a_restart_changes_nothing_that_holds(lab):
    state = _full(lab)
    lab.driver.apply(state)
    before = lab.driver.inventory()
    lab.restart()
    lab.driver.apply(state)
    now = lab.driver.inventory()
    for found in (before, now):
        found['dhcp'] = sorted(found['dhcp'])
    assert now == before


def test_apply_removes_what_should_not_be(lab):
    state, stray = _full(lab), lab.network()
    lab.driver.apply(state)
    found = lab.driver.inventory()
    lab.make_stray(stray)
    lab.restart()
    lab.driver.apply(state)
    assert sorted(lab.driver.inventory()['bridges']) == sorted(found['bridges'])
    assert list(lab.driver.inventory()['dhcp']) == list(found['dhcp'])


def test_apply_nothing_leaves_nothing(lab):
    lab.driver.apply(_full(lab))
    lab.driver.apply(lab.state())
    assert lab.driver.inventory() == EMPTY


def test_apply_of_an_old_state_keeps_what_is_newer(lab):
    state = _full(lab)
    lab.driver.apply(state)
    asked_at = time.monotonic()
    network, group = state.networks[1], state.groups[0]
    newer = lab.port(network, 12, group)
    lab.driver.ensure_port(network, newer, [group])
    lab.driver.remove_port(network.ports[1].id)
    lab.driver.apply(state, asked_at)
    assert lab.driver.inventory()['filters'] == sorted([newer.id, network.ports[2].id])
    lab.driver.apply(state, time.monotonic())
    assert lab.driver.inventory()['filters'] == sorted(port.id for port in network.ports[1:])
