# SPDX-License-Identifier: Apache-2.0
"""Which programs a cloud consists of, in the order they start: embedded, or one a service."""
import functools
import os
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from praline_common import config
from praline_common.cli import backing
from praline_common.cli import daemon
from praline_common.cli import templates
from praline_common.cli.programs import Program, succeeds
from praline_common.cli.state import write

BIN = os.path.dirname(sys.executable)
# One thread works at a time (the GIL), so an arena a thread only keeps memory that another could use.  What is large goes
# back at once; as huge pages, or the 19 MiB of each password's hash would cost as much again in page faults.
_ALLOCATOR = {'MALLOC_ARENA_MAX': '1', 'MALLOC_TRIM_THRESHOLD_': '131072', 'MALLOC_MMAP_THRESHOLD_': '131072',
              'GLIBC_TUNABLES': 'glibc.malloc.hugetlb=1'}
MOUNTS = {'identity': 'identity', 'image': 'image', 'compute': 'compute', 'placement': 'scheduler',
          'volume': 'volume', 'network': 'network'}


def programs(state, conf):
    """[Program] of this cloud, first to start first."""
    found = []
    if conf.volume.driver == 'file':
        found.append(_tgtd(state, conf))
    if conf.rpc.transport_url.startswith('inprocess'):
        address = urlsplit(conf.base_url)
        return found + [_uwsgi(state, 'cloud', templates.embedded(state, address.netloc),
                               lambda: answers(conf.base_url), [address.port])]
    found = backing.programs(state, conf) + found
    for mount, service in MOUNTS.items():
        found.append(_uwsgi(state, mount, templates.service(state, mount, service), functools.partial(
            replies, state.path('run', mount + '.socket'), '/' + mount)))
    found += [_daemon(state, 'worker', gate=True), _daemon(state, 'agent')]
    found.append(backing.nginx(state, conf, lambda: answers(conf.base_url)))
    return found


def keep(desk, conf):
    """See that nobody else has what this cloud's configuration now says is its own."""
    desk.forget('port', 'id')
    desk.keep('port', urlsplit(conf.base_url).port)
    desk.keep('id', conf.cloud_id)
    if conf.volume.driver == 'file':
        desk.keep('port', conf.volume.target_port)
    transport, database = urlsplit(conf.rpc.transport_url), urlsplit(config.database_url(conf, 'identity'))
    if transport.port:
        for offset in (0, *backing.RABBIT_ALSO):
            desk.keep('port', transport.port + offset)
    if database.port:
        desk.keep('port', database.port)


def answers(base_url):
    """Whether identity's version document comes."""
    try:
        with urllib.request.urlopen(base_url + '/identity/v3', timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def replies(socket_path, path):
    """Whether an HTTP server answers on that socket, whatever it says but "not now"."""
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(5)
            asking.connect(socket_path)
            asking.sendall(b'GET %s HTTP/1.0\r\n\r\n' % path.encode())
            status = asking.recv(65536)[:12]
    except OSError:
        return False
    return status.startswith(b'HTTP/1.') and b' 5' not in status


def _daemon(state, kind, gate=False):
    argv = [os.path.join(BIN, 'praline'), '--state', state.root, kind]
    return Program(kind, argv, lambda: state.pid(daemon.serving(kind)) is not None, env=_ALLOCATOR, gate=gate)


def _uwsgi(state, name, text, ready, ports=()):
    path = state.path('etc', name + '.ini')
    write(path, text)
    return Program(name, [os.path.join(BIN, 'uwsgi'), '--ini', path], ready,
                   env={'PRALINE_CONFIG': state.config, **_ALLOCATOR}, ports=ports)


def _tgtd(state, conf):
    control = str(conf.volume.target_control)
    return Program('tgtd', ['tgtd', '-f', '-C', control, '--iscsi', 'portal=127.0.0.1:%d' % conf.volume.target_port],
                   lambda: succeeds('tgtadm', '-C', control, '--op', 'show', '--mode', 'sys'), package='tgt',
                   ports=[conf.volume.target_port],
                   stop_signal=signal.SIGKILL)      # with targets left it does not listen to any other
