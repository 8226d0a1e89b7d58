# SPDX-License-Identifier: Apache-2.0
"""A host's worth of networks: a driver under a cloud id of its own, and guests to put on it."""
import dataclasses
import os
import random
import shutil
import string
import uuid

import pytest

from praline_common.objects.network import FloatingAddress
from praline_common.objects.network import HostNetworks
from praline_common.objects.network import Network
from praline_common.objects.network import Port
from praline_common.objects.network import Router
from praline_common.objects.network import RouterLeg
from praline_common.objects.network import SecurityGroup
from praline_common.objects.network import SecurityGroupRule
from praline_common.objects.network import Subnet
from praline_network.drivers.fake import FakeDriver
from praline_network.drivers.linuxbridge import Driver
from praline_network.drivers.linuxbridge import Options

from .network_guests import Guest
from .network_guests import random_mac

HOST = 'host1'
PROGRAMS = ('ip', 'bridge', 'nft', 'dnsmasq', 'conntrack', 'ping', 'unshare')
EMPTY = {'bridges': {}, 'taps': {}, 'filters': [], 'groups': [], 'dhcp': {}, 'leases': {}, 'routers': {},
         'metadata': []}


def new_id():
    return str(uuid.uuid4())


class Lab:
    """A driver, and what tests describe with it."""

    host = HOST

    def __init__(self, directory):
        self.directory = str(directory)
        self.cloud_id = ''.join(random.choices(string.ascii_lowercase + string.digits, k=5))
        self.asked, self.metadata_fails = [], False
        self.second_octet, self._third_octet = random.randrange(64, 128), random.randrange(100, 220)
        self._guests = []
        self._networks = 0

    def metadata(self, network_id, source, path):
        if self.metadata_fails:
            raise RuntimeError('told to fail')
        self.asked.append((network_id, source, path))
        return 200, 'text/plain', ('%s said %s' % (source, path)).encode()

    def subnet(self, **values):
        self._networks += 1
        start = '100.%d.%d' % (self.second_octet, self._third_octet + self._networks)
        return Subnet(**{'id': new_id(), 'cidr': start + '.0/24', 'gateway_ip': start + '.1', **values})

    def subnet6(self, **values):
        self._networks += 1
        start = 'fd%02x:%x:%x::' % (self.second_octet, random.getrandbits(16), self._networks)
        return Subnet(**{'id': new_id(), 'cidr': start + '/64', 'gateway_ip': start + '1', 'ip_version': 6, **values})

    def network(self, *subnets, dhcp=True, **values):
        """A network with the DHCP service's port on this host."""
        subnets = list(subnets) or [self.subnet()]
        network = Network(id=new_id(), subnets=subnets, **{'mtu': 1450, **values})
        if dhcp:
            network.ports = [self.port(network, 2, device_owner='network:dhcp', security_enabled=False)]
        return network

    def external(self, **values):
        return self.network(self.subnet(enable_dhcp=False), dhcp=False, kind='external', mtu=1500, **values)

    def port(self, network, last, *groups, **values):
        addresses = [{'subnet_id': subnet.id, 'ip': address(subnet, last)} for subnet in network.subnets]
        return Port(**{'id': new_id(), 'network_id': network.id, 'mac': random_mac(), 'addresses': addresses,
                       'host': HOST, 'hostname': 'vm%d' % last, 'device_owner': 'compute:nova',
                       'security_group_ids': [group.id for group in groups], **values})

    def group(self, *rules, addresses=()):
        return SecurityGroup(id=new_id(), rules=[SecurityGroupRule(**rule) for rule in rules],
                             addresses=list(addresses))

    def leg(self, network, last=1):
        return RouterLeg(port_id=new_id(), network_id=network.id, mac=random_mac(), mtu=network.mtu,
                         addresses=[{'subnet_id': subnet.id, 'ip': address(subnet, last)}
                                    for subnet in network.subnets], subnets=network.subnets)

    def router(self, external=None, *inner, floating=None, **values):
        return Router(**{'id': new_id(), 'gateway': self.leg(external, 10) if external else None,
                         'interfaces': [self.leg(network) for network in inner],
                         'floating_ips': [FloatingAddress(floating_ip=outer, fixed_ip=fixed)
                                          for outer, fixed in (floating or {}).items()], **values})

    def state(self, networks=(), groups=(), routers=()):
        return HostNetworks(host=HOST, networks=list(networks), groups=list(groups), routers=list(routers))

    def guest(self, network, port, *groups):
        """A plugged guest."""
        where = self.driver.ensure_port(network, port, list(groups))
        guest = Guest('%s-guest-%s' % (self.cloud_id, port.id[:8]), port)
        self._guests.append(guest)
        return guest.plug(where)


    def unplug(self):
        while self._guests:
            self._guests.pop().delete()

    def close(self):
        self.unplug()
        try:
            self.driver.apply(self.state())
        finally:
            self.driver.close()


class FakeLab(Lab):

    real = False

    def __init__(self, directory):
        super().__init__(directory)
        self.restart()

    def restart(self):
        self.driver = FakeDriver(os.path.join(self.directory, 'fake'), HOST)

    def make_stray(self, network):
        """Something that another life of the driver left here."""
        self.driver.ensure_network(network)


class RealLab(Lab):

    real = True

    def __init__(self, directory):
        super().__init__(directory)
        self.options = Options(state_dir=os.path.join(self.directory, 'net'), cloud_id=self.cloud_id, hostname=HOST)
        self.driver = Driver(self.options, self.metadata)

    def restart(self, **options):
        """As after kill -9: only what is on the host is left.  options: what the new life has otherwise."""
        self.driver.close()
        self.options = dataclasses.replace(self.options, **options)
        self.driver = Driver(self.options, self.metadata)

    def make_stray(self, network):
        other = Driver(self.options, self.metadata)
        other.ensure_network(network)
        other.close()


def address(subnet, last):
    return '%s%x' % (subnet.cidr.partition('/')[0], last) if subnet.ip_version == 6 else \
        '%s.%d' % (subnet.cidr.rpartition('.')[0], last)


def require_the_real_thing():
    if os.getuid():
        pytest.skip('the real driver needs root')
    for program in PROGRAMS:
        if not shutil.which(program):
            pytest.skip('%s is not installed' % program)


@pytest.fixture
def real(tmp_path):
    require_the_real_thing()
    lab = RealLab(tmp_path)
    try:
        yield lab
    finally:
        lab.close()


@pytest.fixture(params=['fake', 'linuxbridge'])
def lab(request, tmp_path):
    """The same tests on both drivers."""
    if request.param == 'linuxbridge':
        require_the_real_thing()
    made = (FakeLab if request.param == 'fake' else RealLab)(tmp_path)
    try:
        yield made
    finally:
        made.close()
