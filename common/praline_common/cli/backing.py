# SPDX-License-Identifier: Apache-2.0
"""The distributed profile's own RabbitMQ, MariaDB or PostgreSQL and nginx, with their data under the state."""
import glob
import os
import pwd
import shutil
import signal
from urllib.parse import urlsplit

from praline_common import config
from praline_common.cli import templates
from praline_common.cli.programs import Program, let_in, listens, run, succeeds
from praline_common.cli.state import write

# The private nginx around the server block of deploy/nginx.
NGINX = """\
user www-data;
pid {state}/run/nginx.master;
error_log {state}/log/nginx-error.log;
worker_processes 1;
daemon off;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {state}/run/nginx-body;
  proxy_temp_path {state}/run/nginx-proxy;
  fastcgi_temp_path {state}/run/nginx-fastcgi;
  uwsgi_temp_path {state}/run/nginx-uwsgi;
  scgi_temp_path {state}/run/nginx-scgi;
  include {state}/etc/nginx-praline.conf;
}}
"""
# What RabbitMQ listens on beside its own port, so far above it: epmd, and Erlang's distribution.
RABBIT_ALSO = (5000, 10000)


def programs(state, conf):
    """RabbitMQ and the database server that the configuration names."""
    database = urlsplit(config.database_url(conf, 'identity'))
    found = [*_memcached(conf), _rabbit(state, conf)]
    if database.scheme.startswith('mysql'):
        found.append(_mariadb(state, database))
    elif database.scheme.startswith('postgresql'):
        found.append(_postgresql(state, database))
    found[-1].gate = True
    return found


def prepare(state, conf, names):
    """Make the users and databases that the URLs name; nothing when they are there."""
    for name in names:
        url = urlsplit(config.database_url(conf, name))
        database = url.path.lstrip('/')
        if url.scheme.startswith('mysql'):
            statement = ("CREATE DATABASE IF NOT EXISTS `{0}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; CREATE USER IF NOT EXISTS "
                         "'{1}'@'127.0.0.1' IDENTIFIED BY '{2}'; GRANT ALL ON `{0}`.* TO '{1}'@'127.0.0.1';")
            _mysql(state, statement.format(database, url.username, url.password))
        elif url.scheme.startswith('postgresql'):
            _psql(state, url, database)


def nginx(state, conf, ready):
    """In front of the sockets in run/; its workers run as another user and must get through to them."""
    os.chmod(state.path('run'), 0o711)
    let_in('www-data', state.path('run'))
    port = urlsplit(conf.base_url).port
    write(state.path('etc', 'nginx-praline.conf'),
          templates.fill('nginx/praline.conf', PORT=port, RUN=state.path('run')))
    path = state.path('etc', 'nginx.conf')
    write(path, NGINX.format(state=state.root))
    return Program('nginx', ['nginx', '-p', state.path('run'), '-c', path], ready, package='nginx-light', ports=[port])


def _rabbit(state, conf):
    url = urlsplit(conf.rpc.transport_url)
    home = _owned(state.path('rabbitmq'), 'rabbitmq')
    port = url.port
    settings = os.path.join(home, 'rabbitmq.conf')
    with open(settings, 'w') as file:
        file.write('listeners.tcp.local = 127.0.0.1:%d\ndefault_user = %s\ndefault_pass = %s\n'
                   'loopback_users.none = true\nvm_memory_high_watermark.relative = 0.2\n'
                   % (port, url.username, url.password))
    _give(settings, 'rabbitmq')
    env = {'HOME': home, 'RABBITMQ_NODENAME': 'praline%d@localhost' % port, 'RABBITMQ_MNESIA_BASE': home,
           'RABBITMQ_LOG_BASE': home, 'RABBITMQ_CONFIG_FILE': settings, 'RABBITMQ_PID_FILE': home + '/pid',
           'RABBITMQ_ENABLED_PLUGINS_FILE': home + '/plugins', 'ERL_EPMD_PORT': str(port + RABBIT_ALSO[0]),
           'ERL_EPMD_ADDRESS': '127.0.0.1', 'RABBITMQ_DIST_PORT': str(port + RABBIT_ALSO[1])}
    server = next(iter(glob.glob('/usr/lib/rabbitmq/bin/rabbitmq-server')), 'rabbitmq-server')
    return Program('rabbitmq', [server], lambda: listens(port), package='rabbitmq-server', env=env, user='rabbitmq',
                   ports=[port, port + RABBIT_ALSO[1]], trail={port + RABBIT_ALSO[0]: 'epmd'})


def _memcached(conf):
    """The one of [tokens] memcached_servers on this machine, where it is installed: the cloud goes on without."""
    ports = [server.rpartition(':')[2] for server in conf.tokens.memcached_servers if server.startswith('127.0.0.1:')]
    if not ports or not shutil.which('memcached'):
        return []
    return [Program('memcached', ['memcached', '-l', '127.0.0.1', '-p', ports[0], '-U', '0', '-m', '64', '-u', 'nobody'],
                    lambda: listens(int(ports[0])), package='memcached')]


def _mariadb(state, url):
    data = _owned(state.path('mariadb'), 'mysql')
    if not os.path.exists(os.path.join(data, 'mysql')):
        run('mariadb-install-db', '--no-defaults', '--user=mysql', '--datadir=' + data, '--skip-test-db',
            '--auth-root-authentication-method=socket')
    socket = os.path.join(data, 'mysqld.sock')
    argv = [shutil.which('mariadbd') or '/usr/sbin/mariadbd', '--no-defaults', '--datadir=' + data, '--socket=' + socket,
            '--pid-file=' + data + '/pid', '--bind-address=127.0.0.1', '--port=%d' % url.port, '--user=mysql',
            '--innodb-buffer-pool-size=64M', '--max-connections=300', '--skip-name-resolve']
    return Program('mariadb', argv, lambda: listens(url.port), package='mariadb-server', ports=[url.port])


def _mysql(state, statement):
    run('mariadb', '--no-defaults', '-S', state.path('mariadb', 'mysqld.sock'), '-e', statement)


def _postgresql(state, url):
    data = _owned(state.path('postgresql'), 'postgres')
    tools = sorted(glob.glob('/usr/lib/postgresql/*/bin'))[-1]
    if not os.path.exists(os.path.join(data, 'PG_VERSION')):
        run(tools + '/initdb', '-D', data, '-A', 'scram-sha-256', '--auth-local=trust', '-E', 'UTF8',
            '--locale=C', user='postgres', cwd=data)
    argv = [tools + '/postgres', '-D', data, '-k', data, '-p', str(url.port), '-c', 'listen_addresses=127.0.0.1',
            '-c', 'max_connections=300']
    return Program('postgresql', argv, lambda: succeeds(tools + '/pg_isready', '-h', data, '-p', str(url.port)),
                   package='postgresql', user='postgres', stop_signal=signal.SIGINT, ports=[url.port])


def _psql(state, url, database):
    ask = ['psql', '-U', 'postgres', '-h', state.path('postgresql'), '-p', str(url.port), '-tA']
    if run(*ask, '-c', "select 1 from pg_roles where rolname='%s'" % url.username).strip() != '1':
        run(*ask, '-c', "create role %s login password '%s'" % (url.username, url.password))
    if run(*ask, '-c', "select 1 from pg_database where datname='%s'" % database).strip() != '1':
        run(*ask, '-c', 'create database %s owner %s' % (database, url.username))


def _owned(path, user):
    """A 0700 directory of that user, who gets through to it."""
    os.makedirs(path, mode=0o700, exist_ok=True)
    _give(path, user)
    let_in(user, os.path.dirname(path))
    return path


def _give(path, user):
    try:
        owner = pwd.getpwnam(user)
    except KeyError:
        return
    os.chown(path, owner.pw_uid, owner.pw_gid)
