# SPDX-License-Identifier: Apache-2.0
"""A second host: a process with network and mount namespaces of its own, a driver in it and a guest on that."""
import json
import os
import subprocess
import sys

from praline_common.objects.base import WireObject
from praline_common.objects.network import HostNetworks
from praline_network.drivers.linuxbridge import Driver
from praline_network.drivers.linuxbridge import Options

from . import network_guests as play

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), *['..'] * 3))
START = 'mount -t tmpfs none /run/netns && exec "$@"'


class OtherHost:
    """`here` and `there` are the two hosts' addresses on the wire between them."""

    def __init__(self, lab):
        self.here, self.there = ('100.%d.250.%d' % (lab.second_octet, last) for last in (1, 2))
        self._namespace = lab.cloud_id + '-host2'
        self._link = 'q%s-wire' % lab.cloud_id
        self._arguments = [lab.cloud_id, self.there, os.path.join(lab.directory, 'host2')]

    def __enter__(self):
        play.sh('ip', 'netns', 'add', self._namespace)
        play.sh('ip', 'link', 'add', self._link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', self._namespace)
        play.sh('ip', 'addr', 'add', self.here + '/24', 'dev', self._link)
        play.sh('ip', 'link', 'set', self._link, 'up')
        for words in (['addr', 'add', self.there + '/24', 'dev', 'eth0'], ['link', 'set', 'eth0', 'up']):
            play.sh('ip', '-n', self._namespace, *words)
        self._process = subprocess.Popen(
            ['ip', 'netns', 'exec', self._namespace, 'unshare', '-m', 'sh', '-c', START, 'sh', sys.executable, '-W',
             'ignore', '-m', __name__, *self._arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        return self

    def __exit__(self, *failure):
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()
        play.sh('ip', 'netns', 'delete', self._namespace)
        play.sh('ip', 'link', 'delete', self._link, check=False)

    def plug(self, network, port, group):
        return self._ask('plug', network, port, group)

    def ensure_groups(self, group):
        return self._ask('ensure_groups', group)

    def lease(self, port):
        return self._ask('lease', port)

    def _ask(self, verb, *objects):
        print(json.dumps([verb, *[item.obj_to_primitive() for item in objects]]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


def main(cloud_id, local_ip, directory):
    """Obey lines [verb, object, ...] until there are no more, then leave nothing."""
    driver = Driver(Options(directory, cloud_id, 'host2', local_ip=local_ip), metadata=None)
    guest = None
    for line in sys.stdin:
        verb, *objects = json.loads(line)
        objects = [WireObject.obj_from_primitive(item) for item in objects]
        answer = None
        if verb == 'plug':
            network, port, group = objects
            guest = play.Guest('guest', port).plug(driver.ensure_port(network, port, [group]))
            guest.address(port.addresses[0]['ip'] + '/24')
        elif verb == 'lease':
            answer = {'ip': play.until(guest.lease)['ip']}
        else:
            driver.ensure_groups(objects)
        print(json.dumps(answer), flush=True)
    if guest:
        guest.delete()
    driver.apply(HostNetworks(host='host2'))
    driver.close()


if __name__ == '__main__':
    main(*sys.argv[1:])
