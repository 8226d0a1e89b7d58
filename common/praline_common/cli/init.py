# SPDX-License-Identifier: Apache-2.0
"""`praline init`: configuration, keys, schema, admin and catalog of a new cloud; again changes nothing."""
import os
import secrets
import socket
import sys

from cliff import command

from praline_common import config
from praline_common import service as services
from praline_common.cli import arguments
from praline_common.cli import backing
from praline_common.cli import programs
from praline_common.cli import reservations
from praline_common.cli import state as states
from praline_common.cli import templates
from praline_common.db import migrate
from praline_common.process import Process

CONFIG = """\
# Written by `praline init`.  deploy/config/praline.conf.sample explains every option.
[DEFAULT]
state = {state}
cloud_id = {cloud_id}
host = {host}
base_url = http://127.0.0.1:{port}
paste_config = {paste}
policy_file = {policy}

[rpc]
transport_url = {transport}

[identity]
{identity_database}
[image]
{image_database}
[scheduler]
{scheduler_database}
[compute]
driver = {compute}
{compute_extra}{compute_database}
[volume]
driver = {volume}
target_port = {target_port}
target_control = {target_control}
{volume_database}
[network]
driver = {network}
external_cidr = {external_cidr}
{network_database}"""
CLOUDS = """\
clouds:
  praline:
    auth:
      auth_url: http://127.0.0.1:{port}/identity/v3
      username: admin
      password: {password}
      project_name: admin
      user_domain_id: default
      project_domain_id: default
    region_name: RegionOne
    identity_api_version: 3
"""
OPENRC = """\
export OS_AUTH_URL=http://127.0.0.1:{port}/identity/v3
export OS_USERNAME=admin OS_PASSWORD={password} OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default
export OS_REGION_NAME=RegionOne OS_IDENTITY_API_VERSION=3
"""
DIRECTORIES = ('etc', 'db', 'keys', 'images', 'instances', 'volumes', 'log', 'run')


class Init(command.Command):
    """Make a cloud's configuration, keys, schema, admin and catalog."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--port', type=arguments.port, default=8780, help='first port to try for the APIs (default 8780)')
        parser.add_argument('--database', choices=('sqlite', 'mariadb', 'postgresql'), default='sqlite',
                            help='anything but sqlite means the distributed profile: RabbitMQ, a process a service')
        parser.add_argument('--fake', type=arguments.positive, metavar='HOSTS', default=0,
                            help='in-memory drivers with so many hosts instead of libvirt, tgt and bridges')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        if not state.exists:
            self._write(state, args)
        conf = config.load(state.config, services.installed().values())
        if not conf.rpc.transport_url.startswith('inprocess'):
            programs.start(state, backing.programs(state, conf))
            backing.prepare(state, conf, services.installed())
        bootstrap(state)
        self.app.stdout.write('%s is ready: `praline up` starts it\n' % state.root)

    def _write(self, state, args):
        for name in DIRECTORIES:
            os.makedirs(state.path(name), mode=0o711 if name in ('images', 'instances') else 0o700, exist_ok=True)
        os.chmod(state.root, 0o711)
        values = _values(state, args)
        states.write(state.path('etc', 'uwsgi.ini'),
                     templates.fill('uwsgi/praline.ini', VENV=sys.prefix, CLOUD=values['cloud_id']))
        states.write(state.path('clouds.yaml'), CLOUDS.format(**values))
        states.write(state.path('openrc'), OPENRC.format(**values))
        states.write(state.config, CONFIG.format(**values))


def _values(state, args):
    """What the files above are filled with; what two clouds must not share is reserved for this one."""
    fake = args.fake > 0
    here = templates.checkout()
    with reservations.choosing(state.root) as desk:
        desk.forget()
        port = desk.port(args.port)
        target = desk.port(3300)
        outside = desk.choose('subnet', ['172.24.%d.0/24' % number for number in range(4, 254)])
        cloud_id = desk.choose('id', iter(states.short_id, None))
        neighbours = _neighbours(args.database, desk)
    return {
        **neighbours,
        'state': state.root, 'cloud_id': cloud_id, 'host': socket.gethostname(), 'port': port,
        'paste': os.path.join(here, 'api-paste.ini'), 'policy': os.path.join(here, 'policy.json'),
        'config': state.config, 'password': secrets.token_urlsafe(15),
        'compute': 'fake' if fake else 'libvirt', 'compute_extra': 'fake_hosts = %d\n' % args.fake if fake else '',
        'volume': 'fake' if fake else 'file', 'network': 'fake' if fake else 'linuxbridge',
        'target_port': target, 'target_control': target - 3290, 'external_cidr': outside}


def _neighbours(database, desk):
    """Transport and database URLs; passwords are made here and stand only in praline.conf (0600)."""
    names = ('identity', 'image', 'scheduler', 'compute', 'volume', 'network')
    if database == 'sqlite':
        return {'transport': 'inprocess://', **{'%s_database' % name: '' for name in names}}
    scheme = {'mariadb': 'mysql+pymysql', 'postgresql': 'postgresql+psycopg'}[database]
    db_port, password = desk.port(13306), secrets.token_hex(16)
    rabbit = 'rabbit://praline:%s@127.0.0.1:%d/' % (secrets.token_hex(16), desk.port(15700, also=backing.RABBIT_ALSO))
    return {'transport': rabbit, **{
        '%s_database' % name: 'database = %s://praline:%s@127.0.0.1:%d/praline_%s\n'
        % (scheme, password, db_port, name) for name in names}}


def bootstrap(state):
    """Schema, then what each service needs to have before its first request; safe to repeat."""
    process = Process(state.config)
    password = state.cloud()['auth']['password']
    names = sorted(process.services, key=lambda name: name != 'identity')
    for name in names:
        runtime = process.runtime(name)
        if runtime.db is not None:
            migrate.upgrade(runtime.db, runtime.service)
        prepare = runtime.service.room('bootstrap:bootstrap')
        if prepare:
            prepare(runtime, password) if name == 'identity' else prepare(runtime)
    process.stop()
