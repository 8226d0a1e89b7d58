# SPDX-License-Identifier: Apache-2.0
"""A transport of its own for each test, and a RabbitMQ of its own for those that ask for one."""
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid

import pytest

from praline_common import rpc

RABBIT = '/usr/lib/rabbitmq/bin/rabbitmq-server'


@pytest.fixture
def transport():
    transport = rpc.Transport('inprocess://%s/' % uuid.uuid4().hex, timeout=10, workers=8)
    yield transport
    transport.close()


@pytest.fixture
def serve(transport):
    """serve(*endpoints, server='h1', topic='kitchen', threads=8, on=transport) -> a started server."""
    started = []

    def start(*endpoints, server='h1', topic='kitchen', threads=8, on=transport):
        started.append(rpc.Server(on, topic, server, list(endpoints), threads=threads))
        started[-1].start()
        return started[-1]
    yield start
    for server in started:
        server.stop()
    for server in started:
        server.wait()


@pytest.fixture
def kitchen(transport):
    return rpc.Client(transport, 'kitchen')


class Broker:
    """One RabbitMQ node with its own epmd, ports and directories; `stop` ends both."""

    def __init__(self, directory):
        self.port, dist, epmd = free_ports(3)
        self.url = 'rabbit://guest:guest@127.0.0.1:%d//' % self.port
        self.log = os.path.join(directory, 'output')
        env = {
            'PATH': os.environ['PATH'], 'HOME': directory, 'LANG': 'C.UTF-8',
            'ERL_EPMD_PORT': str(epmd), 'ERL_EPMD_ADDRESS': '127.0.0.1',
            'RABBITMQ_NODENAME': 'test%d@localhost' % self.port,
            'RABBITMQ_NODE_IP_ADDRESS': '127.0.0.1', 'RABBITMQ_NODE_PORT': str(self.port),
            'RABBITMQ_DIST_PORT': str(dist), 'RABBITMQ_MNESIA_BASE': directory,
            'RABBITMQ_LOG_BASE': directory, 'RABBITMQ_PID_FILE': os.path.join(directory, 'pid'),
            'RABBITMQ_ENABLED_PLUGINS_FILE': os.path.join(directory, 'plugins'),
            'RABBITMQ_CONFIG_FILE': os.path.join(directory, 'none'),
            'RABBITMQ_CONF_ENV_FILE': os.path.join(directory, 'none-env.conf'),
            'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1',
        }
        self._output = open(self.log, 'wb')
        self._epmd = subprocess.Popen(['epmd', '-port', str(epmd), '-address', '127.0.0.1'], env=env,
                                      stdout=self._output, stderr=self._output)
        self._node = subprocess.Popen([RABBIT], env=env, stdout=self._output, stderr=self._output,
                                      start_new_session=True)

    def wait_until_ready(self, seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._node.poll() is None:
            with open(self.log) as output:
                if 'completed with' in output.read():
                    return
            time.sleep(0.1)
        with open(self.log) as output:
            raise RuntimeError('RabbitMQ did not start: %s' % output.read()[-2000:])

    def stop(self):
        self._node.terminate()
        try:
            self._node.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._node.pid, signal.SIGKILL)
            self._node.wait()
        self._epmd.terminate()
        self._epmd.wait()
        self._output.close()


def free_ports(count):
    taken = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


@pytest.fixture
def closed_port():
    return free_ports(1)[0]


@pytest.fixture(scope='session')
def broker(tmp_path_factory):
    for program in (RABBIT, 'epmd'):
        if not shutil.which(program):
            pytest.skip('%s is not installed' % program)
    broker = Broker(str(tmp_path_factory.mktemp('rabbit')))
    try:
        broker.wait_until_ready()
        yield broker
    finally:
        broker.stop()
