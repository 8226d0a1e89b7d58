# SPDX-License-Identifier: Apache-2.0
"""Reads one praline.conf into a private oslo.config object; nothing here is global."""
import os

from oslo_config import cfg

COMMON = [
    cfg.StrOpt('state', default='.praline',
               help='Directory that holds everything this cloud keeps: databases, images, instances, keys, logs.'),
    cfg.StrOpt('cloud_id', default='prl',
               help='Short id (3 to 5 letters and digits) that the names of domains, bridges, namespaces and '
                    'targets carry, so that two clouds share a machine without touching each other.'),
    cfg.StrOpt('host', default='localhost', help='Name under which the agents of this machine report.'),
    cfg.StrOpt('paste_config', default='api-paste.ini', help='The api-paste.ini that names every pipeline.'),
    cfg.BoolOpt('debug', default=False, help='Log what is done, not only what goes wrong.'),
    cfg.StrOpt('log_file', default='', help='File to log to; empty: standard error.'),
    cfg.BoolOpt('access_log', default=False, help='One log line for each request.'),
    cfg.StrOpt('region', default='RegionOne', help='Region of the endpoints in the catalog.'),
    cfg.StrOpt('base_url', default='http://127.0.0.1:8780',
               help='Where clients reach the cloud; links in answers start with it.'),
    cfg.IntOpt('list_limit', default=1000, min=1, help='Most rows that one page of a list holds.'),
    cfg.IntOpt('body_limit', default=1 << 20, help='Largest JSON body in bytes; larger answers 413.'),
    cfg.StrOpt('policy_file', default='',
               help='A policy.json whose rules replace the defaults of the same names; empty: the defaults.'),
    cfg.IntOpt('worker_processes', default=1, min=1,
               help='Worker daemons of a distributed cloud on this host, where `praline worker` is not told otherwise.'),
    cfg.IntOpt('operation_workers', default=8, min=1, help='Operations one process works on at a time.'),
]
RPC = [
    cfg.StrOpt('transport_url', default='inprocess://',
               help='inprocess:// (one process) or rabbit://user:password@host:port/vhost.'),
    cfg.IntOpt('workers', default=8, min=1, help='Threads that serve one RPC server.'),
    cfg.IntOpt('timeout', default=60, min=1, help='Seconds a call waits for its answer.'),
]
TOKENS = [
    cfg.IntOpt('cache_seconds', default=300, help='How long a checked token is remembered.'),
    cfg.FloatOpt('revocation_seconds', default=1.0,
                 help='A revoked token is refused at the latest after so many seconds.'),
    cfg.ListOpt('memcached_servers', default=[],
                help='host:port of memcached servers through which identity\'s processes share what checked tokens '
                     'say, signed with a key of the cloud; the cloud works without them as well.  Empty: none.  '
                     'praline up starts the one at 127.0.0.1 in the distributed profile.'),
]


def load(path, services=()):
    """The configuration in `path` with the common options and those of `services` (Part objects).

    Environment variables PRALINE_STATE override the file's `state`.
    """
    conf = cfg.ConfigOpts()
    conf.register_opts(COMMON)
    conf.register_opts(RPC, group='rpc')
    conf.register_opts(TOKENS, group='tokens')
    for service in services:
        conf.register_opts(service.options, group=service.name)
        conf.register_opt(database_option(service.name), group=service.name)
    conf([], project='praline', default_config_files=[path] if path else [])
    state = os.environ.get('PRALINE_STATE')
    if state:
        conf.set_override('state', os.path.abspath(state))
    return conf


def check(conf):
    """Read every option once: a ValueError names the first whose value in the file is none."""
    for value in conf.values():
        if isinstance(value, cfg.ConfigOpts.GroupAttr):
            tuple(value.values())


def database_option(service):
    return cfg.StrOpt('database', default='',
                      help='SQLAlchemy URL of this service\'s database; empty: '
                           'sqlite:///<state>/db/%s.sqlite.' % service)


def database_url(conf, service):
    """The URL to open: the option, or the SQLite file under the state directory."""
    return conf[service].database or 'sqlite:///%s' % os.path.join(
        os.path.abspath(conf.state), 'db', service + '.sqlite')
