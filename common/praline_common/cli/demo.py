# SPDX-License-Identifier: Apache-2.0
"""`praline demo`: the main job through openstacksdk, as a user would do it, and how long each step took.

Image, network with router and floating IP, key, server on the hypervisor, a volume in it, ssh.
Everything is found before it is made, so a second run changes nothing.
"""
import os
import subprocess
import sys
import threading
import time

from cliff import command
import openstack

from praline_common import errors
from praline_common.cli import state as states
from praline_common.cli import why
from praline_common.process import Process

FLAVORS = (('m1.tiny', 128, 1, 1), ('m1.small', 512, 1, 5), ('m1.medium', 2048, 2, 20), ('m1.large', 4096, 4, 40))
NAME = 'demo'
SSH_RULES = (('tcp', 22, 22), ('icmp', None, None))


class Demo(command.Command):
    """Boot a server with a network, a volume and a floating IP, and log in to it."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--image', metavar='FILE', help='the qcow2 image to boot (deploy/guest-image makes one)')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        os.environ['OS_CLIENT_CONFIG_FILE'] = state.path('clouds.yaml')
        tour = Tour(openstack.connect(cloud='praline'), state, args.image, self.app.stderr)
        tour.run()
        self.app.stdout.write(tour.report())


class Tour:
    """The steps, top to bottom; `changed` counts what was not there before."""

    def __init__(self, cloud, state, image_file, progress):
        self.cloud, self.state, self.image_file = cloud, state, image_file
        self.progress, self.changed, self.times = progress, 0, []

    def run(self):
        for name in ('flavors', 'image', 'network', 'access', 'server', 'volume', 'address', 'login'):
            began = time.monotonic()
            with Spinner(self.progress, name):
                said = getattr(self, name)()
            self.times.append((name, time.monotonic() - began, said))

    def report(self):
        lines = ['%-8s %6.1f s  %s' % line for line in self.times]
        if not self.changed:
            lines.append('everything was there already; nothing was changed')
        lines += ['', 'Next:', '  source %s' % self.state.path('openrc'), '  openstack server list',
                  '  openstack console log show %s' % NAME,
                  '  ssh -i %s root@%s' % (self.state.path('keys', 'demo'), self.floating_ip),
                  '  praline --state %s why %s' % (self.state.root, self.server_id), '']
        return '\n'.join(lines)

    def _ensure(self, find, make):
        found = find()
        if found is None:
            self.changed += 1
            found = make()
        return found

    def flavors(self):
        compute = self.cloud.compute
        for name, ram, vcpus, disk in FLAVORS:
            self._ensure(lambda name=name: compute.find_flavor(name), lambda name=name, ram=ram, vcpus=vcpus,
                         disk=disk: compute.create_flavor(name=name, ram=ram, vcpus=vcpus, disk=disk))
        return ', '.join(name for name, *_ in FLAVORS)

    def image(self):
        def make():
            if not self.image_file:
                raise errors.BadRequest('there is no image "tiny" yet: name one with --image')
            return self.cloud.create_image('tiny', filename=self.image_file, disk_format='qcow2',
                                           container_format='bare', wait=True, visibility='public')
        self.image_id = self._ensure(lambda: self.cloud.image.find_image('tiny'), make).id
        return 'tiny %s' % self.image_id

    def network(self):
        network = self.cloud.network
        public = network.find_network('public')
        if public is None:
            raise errors.NotFound('the external network "public" is missing; `praline init` makes it')
        net = self._ensure(lambda: network.find_network('private'), lambda: network.create_network(name='private'))
        subnet = self._ensure(lambda: network.find_subnet('private'), lambda: network.create_subnet(
            name='private', network_id=net.id, ip_version=4, cidr='10.0.0.0/24'))

        def make_router():
            router = network.create_router(name='router', external_gateway_info={'network_id': public.id})
            network.add_interface_to_router(router, subnet_id=subnet.id)
            return router
        self._ensure(lambda: network.find_router('router'), make_router)
        self.network_id = net.id
        return 'private %s behind router, outside: public' % subnet.cidr

    def access(self):
        key = self.state.path('keys', 'demo')
        if not os.path.exists(key):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'praline-demo', '-f', key], check=True)
        with open(key + '.pub') as file:
            public = file.read()
        self._ensure(lambda: self.cloud.compute.find_keypair(NAME),
                     lambda: self.cloud.compute.create_keypair(name=NAME, public_key=public))
        network = self.cloud.network
        group = self._ensure(lambda: network.find_security_group('ssh', project_id=self.cloud.current_project_id),
                             lambda: network.create_security_group(name='ssh', description='ssh and ping from anywhere'))
        have = {(rule['protocol'], rule['port_range_min']) for rule in group.security_group_rules}
        for protocol, low, high in SSH_RULES:
            if (protocol, low) not in have:
                self.changed += 1
                network.create_security_group_rule(security_group_id=group.id, direction='ingress', protocol=protocol,
                                                   port_range_min=low, port_range_max=high)
        return 'key %s, security group ssh' % key

    def server(self):
        def make():
            flavor = self.cloud.compute.find_flavor('m1.tiny')
            return self.cloud.compute.create_server(
                name=NAME, image_id=self.image_id, flavor_id=flavor.id, networks=[{'uuid': self.network_id}],
                key_name=NAME, security_groups=[{'name': 'ssh'}])
        self._hypervisor()
        found = self.cloud.compute.find_server(NAME)
        if found is not None and found.status == 'ERROR':
            self.cloud.compute.delete_server(found.id)
            self.cloud.compute.wait_for_delete(found, interval=0.2)
            found = None
        server = self._ensure(lambda: found, make)
        self.server_id = server.id
        self._wait(lambda: self.cloud.compute.get_server(server.id), 'ACTIVE', 'server', 180)
        return '%s %s' % (NAME, server.id)

    def _hypervisor(self):
        """Its first report comes a moment after the APIs answer: it tries what the machine can do."""
        deadline = time.monotonic() + 60
        while not any(service.state == 'up' for service in self.cloud.compute.services(binary='nova-compute')):
            if time.monotonic() > deadline:
                raise errors.Unavailable('no hypervisor reports; see %s' % self.state.path('log', 'cloud.log'))
            time.sleep(0.2)

    def volume(self):
        storage = self.cloud.block_storage
        volume = self._ensure(lambda: storage.find_volume(NAME), lambda: storage.create_volume(name=NAME, size=1))
        if not storage.get_volume(volume.id).attachments:
            self._wait(lambda: storage.get_volume(volume.id), 'available', 'volume', 60)
            self.cloud.compute.create_volume_attachment(self.server_id, volume_id=volume.id)
            self.changed += 1
        self._wait(lambda: storage.get_volume(volume.id), 'in-use', 'volume', 60)
        return '%s %s, 1 GiB over iSCSI, as %s' % (NAME, volume.id, storage.get_volume(volume.id).attachments[0]['device'])

    def address(self):
        port = next(self.cloud.network.ports(device_id=self.server_id))
        found = next(self.cloud.network.ips(port_id=port.id), None)

        def make():
            public = self.cloud.network.find_network('public')
            return self.cloud.network.create_ip(floating_network_id=public.id, port_id=port.id)
        self.floating_ip = self._ensure(lambda: found, make).floating_ip_address
        return self.floating_ip

    def login(self):
        """ssh as soon as the guest lets us; what it says of its disks and address."""
        ask = ['ssh', '-i', self.state.path('keys', 'demo'), '-o', 'StrictHostKeyChecking=no', '-o', 'BatchMode=yes',
               '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR', '-o', 'ConnectTimeout=3',
               'root@%s' % self.floating_ip, 'hostname; cat /proc/partitions | grep -c vd; uptime']
        deadline = time.monotonic() + 180
        while True:
            done = subprocess.run(ask, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode == 0:
                return ' '.join(done.stdout.split())
            if time.monotonic() > deadline:
                raise errors.Error('%s does not let us in: %s; see `openstack console log show %s`'
                                   % (self.floating_ip, done.stderr.strip(), NAME))
            time.sleep(0.3)

    def _wait(self, get, status, what, seconds):
        deadline = time.monotonic() + seconds
        while True:
            thing = get()
            if thing.status == status:
                return
            if thing.status.lower() == 'error' or time.monotonic() > deadline:
                raise errors.Error('the %s is %s, not %s\n%s' % (what, thing.status, status, self._why(thing.id)))
            time.sleep(0.2)

    def _why(self, some_id):
        found = why.timeline(Process(self.state.config), some_id)
        return '\n'.join(line for entry in found for line in why.tell(*entry))


class Spinner:
    """Shows on a terminal what is being waited for and how long already; one line elsewhere."""

    def __init__(self, stream, what):
        self._stream, self._what, self._done = stream, what, threading.Event()
        self._thread = threading.Thread(target=self._turn, daemon=True)

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_exc):
        self._done.set()
        self._thread.join()

    def _turn(self):
        began, terminal = time.monotonic(), self._stream.isatty()
        if self._done.wait(2):
            return
        if not terminal:
            self._stream.write('%s ...\n' % self._what)
            self._done.wait()
            return
        while not self._done.wait(0.2):
            self._stream.write('\r%-10s %4.0f s ' % (self._what, time.monotonic() - began))
            self._stream.flush()
        self._stream.write('\r%s\r' % (' ' * 30))
        sys.stderr.flush()
