# SPDX-License-Identifier: Apache-2.0
"""What a cloud needs of its machine, each looked at by itself: findings with what to do."""
import dataclasses
import os
import shutil
import stat
import sys
from urllib.parse import urlsplit

from praline_common import config
from praline_common import errors
from praline_common.cli import faults
from praline_common.cli import layout
from praline_common.cli import libvirtd
from praline_common.cli import ports
from praline_common.cli import programs
from praline_common.cli import reservations
from praline_common.db import migrate
from praline_common.process import Process

PYTHON = (3, 11)
ROOM_MIB = 200
# {part: {program: Debian package}}
PROGRAMS = {
    'always': {'setfacl': 'acl'},
    'libvirt': {'virsh': 'libvirt-clients', 'libvirtd': 'libvirt-daemon-system', 'virtlogd': 'libvirt-daemon-system',
                'qemu-img': 'qemu-utils', 'qemu-system-x86_64': 'qemu-system-x86'},
    'file': {'tgtd': 'tgt', 'tgtadm': 'tgt', 'qemu-img': 'qemu-utils'},
    'linuxbridge': {'ip': 'iproute2', 'nft': 'nftables', 'dnsmasq': 'dnsmasq-base', 'conntrack': 'conntrack'},
    'rabbit': {'rabbitmq-server': 'rabbitmq-server', 'nginx': 'nginx-light'},
    'mysql+pymysql': {'mariadbd': 'mariadb-server', 'mariadb': 'mariadb-client'},
    'postgresql+psycopg': {'psql': 'postgresql-client'},
}


@dataclasses.dataclass
class Finding:
    """remedy: what to do, '' when all is well."""

    name: str
    detail: str
    remedy: str = ''


def python():
    version = '.'.join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < PYTHON:
        return Finding('python', version,
                       'Praline needs Python %d.%d or newer; install it and run deploy/install' % PYTHON)
    return Finding('python', '%s (%s)' % (version, sys.executable))


def disk(path):
    """Room under this directory, or under the first above it that there is."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    free, nodes = shutil.disk_usage(path).free >> 20, os.statvfs(path)
    detail = '%d MiB free at %s' % (free, path)
    if free < ROOM_MIB:
        return Finding('disk', detail,
                       'databases and images stop at a full disk; make room, or put the state elsewhere')
    if nodes.f_files and not nodes.f_favail:
        return Finding('disk', detail + ', but no inode', 'delete some files there')
    return Finding('disk', detail)


def directory(state):
    """Whether this user may work with the state directory, and others may not read its secrets."""
    try:
        mode = os.stat(state.config).st_mode
        open(state.config).close()
    except PermissionError as error:
        return Finding('state', state.root, faults.sealed(error.filename))
    if not os.access(state.root, os.W_OK | os.X_OK):
        return Finding('state', state.root, faults.sealed(state.root))
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding('state', '%s is readable by others' % state.config,
                       'it holds passwords: chmod 600 %s' % state.config)
    return Finding('state', state.root)


def missing(conf):
    """{program: package} that this configuration needs and the machine lacks; conf None: the embedded default."""
    parts = ['always', 'libvirt', 'file', 'linuxbridge']
    if conf is not None:
        parts = ['always', conf.compute.driver, conf.volume.driver, conf.network.driver,
                 urlsplit(conf.rpc.transport_url).scheme, urlsplit(config.database_url(conf, 'identity')).scheme]
    wanted = {name: package for part in parts for name, package in PROGRAMS.get(part, {}).items()}
    places = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
    return {name: package for name, package in wanted.items() if not shutil.which(name, path=places)}


def needed_programs(conf):
    gone = missing(conf)
    if gone:
        return Finding('programs', 'missing: ' + ', '.join(gone), lacking(gone))
    return Finding('programs', 'all there')


def lacking(gone):
    return 'apt-get install %s' % ' '.join(sorted(set(gone.values())))


def own_ports(state, conf):
    """A Finding for each port of the cloud that somebody else has."""
    found = []
    for program in layout.programs(state, conf):
        leader = state.pid(program.name)
        for port in program.ports:
            holder = ports.holder(port)
            if holder and not (leader and holder.in_session(leader)):
                other = reservations.owner('port', port)
                whose = ' of the cloud in %s' % other if other not in (None, state.root) else ''
                found.append(Finding('port %d' % port, '%s%s listens on the port of %s' % (holder, whose, program.name),
                                     'stop it, or change the port in %s' % state.config))
    return found or [Finding('ports', 'free, or held by this cloud')]


def processes(state, conf):
    """A Finding for each program of the cloud that does not serve."""
    found = []
    for program in layout.programs(state, conf):
        leader = state.pid(program.name)
        if leader is None:
            found.append(Finding(program.name, 'not running', '`praline --state %s up` starts it' % state.root))
        elif not programs.serves(program, leader):
            found.append(Finding(program.name, 'runs (pid %d) and does not answer' % leader, 'look into %s; '
                         '`praline down` and `up` start it anew' % state.path('log', program.name + '.log')))
    return found or [Finding('processes', 'all serve')]


def hypervisor():
    silent = libvirtd.silent()
    return Finding('libvirtd', silent or 'answers', libvirtd.HELP if silent else '')


def schemas(state):
    """A Finding for each service whose database is not at the schema of this code."""
    found, process = [], Process(state.config)
    for name in process.services:
        runtime = process.runtime(name)
        if runtime.service.metadata is None:
            continue
        try:
            now, newest = migrate.current(runtime.db), migrate.newest(runtime.service)
        except Exception as error:      # each database library has its own
            told = faults.tell(error, state.root) or str(error).splitlines()[0]
            found.append(Finding(name, 'its database cannot be read', told))
            continue
        if now != newest:
            found.append(Finding(name, 'its schema is at %s of %s' % (now, newest),
                                 '`praline --state %s db upgrade`' % state.root))
    return found or [Finding('schemas', 'up to date')]


def of(state):
    """[Finding] of everything that can be looked at."""
    found = [python(), disk(state.root)]
    try:
        if not state.exists:
            return found + [needed_programs(None),
                            Finding('state', '%s holds no cloud' % state.root,
                                    'make one: praline --state %s init' % state.root)]
    except OSError as error:
        return found + [Finding('state', state.root, faults.tell(error, state.root) or str(error))]
    found.append(directory(state))
    if found[-1].remedy:
        return found
    try:
        process = Process(state.config)
        config.check(process.conf)
    except Exception as error:          # oslo.config's, and what it quotes
        return found + [Finding('configuration', state.config, 'mend it: %s' % error)]
    conf = process.conf
    found.append(needed_programs(conf))
    if conf.compute.driver == 'libvirt' and not missing(conf).get('virsh'):
        found.append(hypervisor())
    found += own_ports(state, conf) + processes(state, conf)
    # A database server that is away would be tried for minutes.
    if any(item.remedy and item.name in ('mariadb', 'postgresql') for item in found):
        return found
    return found + schemas(state)


def require_programs(conf):
    """DriverError naming every program that is missing, and its package."""
    gone = missing(conf)
    if gone:
        raise errors.DriverError('missing: %s; %s' % (', '.join(gone), lacking(gone)))
