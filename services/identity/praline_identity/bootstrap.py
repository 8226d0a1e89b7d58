# SPDX-License-Identifier: Apache-2.0
"""What a new cloud starts with: default domain, roles, an administrator, the service project, the catalog."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import passwords
from praline_identity.db import assignments
from praline_identity.db import models
from praline_identity.db import projects
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import users

DEFAULT_DOMAIN = 'default'
ROLES = ('admin', 'manager', 'member', 'reader', 'service')
_CHAIN = ('admin', 'manager', 'member', 'reader')
# (type, name, path)
CATALOG = (
    ('identity', 'keystone', '/identity'), ('image', 'glance', '/image'), ('compute', 'nova', '/compute/v2.1'),
    ('placement', 'placement', '/placement'), ('block-storage', 'cinder', '/volume/v3'),
    ('volumev3', 'cinderv3', '/volume/v3'), ('network', 'neutron', '/network'),
)
INTERFACES = ('public', 'internal', 'admin')


def bootstrap(runtime, password, endpoints=None):
    """Make what is missing and leave the rest; a second run changes nothing but a new admin password.

    endpoints: {service type: URL}, instead of base_url and the usual paths.
    """
    hasher = runtime.shared(passwords.Hasher.of)
    with runtime.db.write() as conn:
        _domain(conn)
        roles = {name: _role(conn, name) for name in ROLES}
        for prior, implied in zip(_CHAIN, _CHAIN[1:]):
            rows.add(conn, models.implied_roles, prior_role_id=roles[prior], implied_role_id=roles[implied])
        admin, project = _user(conn, 'admin', hasher, password), _project(conn, 'admin')
        assignments.grant(conn, roles['admin'], 'user', admin, 'project', project)
        assignments.grant(conn, roles['admin'], 'user', admin, 'system', 'system')
        _service_user(conn, hasher, password, roles)
        _catalog(conn, runtime.conf, endpoints or {})
        revision.bump(conn)


def _domain(conn):
    if not rows.has(conn, models.projects, id=DEFAULT_DOMAIN):
        projects.create(conn, {'id': DEFAULT_DOMAIN, 'name': 'Default', 'domain_id': '', 'is_domain': True,
                               'description': 'The default domain'})


def _role(conn, name):
    table = models.roles
    found = engine.scalar(conn, sa.select(table.c.id).where(table.c.name == name, table.c.domain_id == ''))
    if found is None:
        found = rows.new_id()
        rows.create(conn, table, {'id': found, 'name': name, 'domain_id': ''}, 'role')
    return found


def _project(conn, name):
    found = projects.by_name(conn, name, DEFAULT_DOMAIN)
    if found is None:
        found = {'id': rows.new_id(), 'name': name, 'domain_id': DEFAULT_DOMAIN, 'parent_id': DEFAULT_DOMAIN,
                 'description': ''}
        projects.create(conn, found)
    return found['id']


def _user(conn, name, hasher, password):
    """The user's id; its password is `password` afterwards."""
    found = users.for_login(conn, name=name, domain_id=DEFAULT_DOMAIN)
    user_id = found['id'] if found else rows.new_id()
    if found is None:
        users.create(conn, {'id': user_id, 'name': name, 'domain_id': DEFAULT_DOMAIN})
    if found is None or not hasher.verify(password, found['hash']):
        users.set_password(conn, user_id, hasher.hash(password), None)
    return user_id


def _service_user(conn, hasher, password, roles):
    """For foreign services that check tokens here; ours ask over RPC and need no user."""
    project = _project(conn, 'service')
    user = _user(conn, 'praline', hasher, password)
    for role in ('admin', 'service'):
        assignments.grant(conn, roles[role], 'user', user, 'project', project)


def _catalog(conn, conf, endpoints):
    if not rows.has(conn, models.regions, id=conf.region):
        rows.create(conn, models.regions, {'id': conf.region, 'description': ''}, 'region')
    known = {row['type']: row['id'] for row in engine.rows(conn, sa.select(models.services))}
    for kind, name, path in CATALOG:
        service_id = known.get(kind)
        if service_id is None:
            service_id = rows.new_id()
            rows.create(conn, models.services, {'id': service_id, 'type': kind, 'extra': {'name': name}}, 'service')
        url = endpoints.get(kind) or conf.base_url.rstrip('/') + path
        for interface in INTERFACES:
            _endpoint(conn, service_id, conf.region, interface, url)


def _endpoint(conn, service_id, region, interface, url):
    table = models.endpoints
    if rows.has(conn, table, service_id=service_id, region_id=region, interface=interface):
        conn.execute(sa.update(table).where(table.c.service_id == service_id, table.c.region_id == region,
                                            table.c.interface == interface).values(url=url))
    else:
        rows.create(conn, table, {'id': rows.new_id(), 'service_id': service_id, 'region_id': region,
                                  'interface': interface, 'url': url}, 'endpoint')
