# SPDX-License-Identifier: Apache-2.0
"""What goes takes everything with it that names it: one made-up row in every column that could, whatever the table."""
import itertools
import uuid

import pytest
import sqlalchemy as sa

from praline_identity.db import models

# {kind: the columns that may name one, anywhere}
NAMING = {
    'user': ('user_id', 'trustor_user_id', 'trustee_user_id', 'authorizing_user_id', 'local_user_id'),
    'group': ('group_id',),
    'project': ('project_id', 'requested_project_id', 'default_project_id'),
    'domain': ('domain_id', 'project_id'),
    'role': ('role_id', 'prior_role_id', 'implied_role_id'),
    'service': ('service_id',), 'endpoint': ('endpoint_id',), 'region': ('region_id',), 'policy': ('policy_id',),
    'consumer': ('consumer_id',),
    'trust': ('trust_id', 'redelegated_trust_id'),
}
ASSIGNED = {'user': 'actor', 'group': 'actor', 'project': 'target', 'domain': 'target'}
# What is kept on purpose: who once asked for what, and what a user set that is checked when it is used.
KEPT = {('operations', 'user_id'), ('operations', 'project_id'), ('project_deletions', 'user_id')}
# In use: the API refuses to delete what these name.
REFUSED = {('endpoints', 'region_id'), ('registered_limits', 'region_id')}
PLURALS = {'policy': 'policies'}


@pytest.fixture
def make(identity):
    """make(kind) -> the id of a new one."""
    names = itertools.count()

    def thing(kind):
        name = '%s%d' % (kind, next(names))
        values = {'service': {'type': name}, 'region': {'id': name}, 'consumer': {},
                  'policy': {'type': 'application/json', 'blob': '{}'}}.get(kind, {'name': name})
        if kind == 'endpoint':
            values = {'service_id': thing('service'), 'interface': 'public', 'url': 'http://x'}
        if kind == 'trust':
            return a_trust(identity)
        path = ('OS-OAUTH1/' if kind == 'consumer' else '') + PLURALS.get(kind, kind + 's')
        made = identity.make(path, kind, **values)
        if kind == 'domain':
            identity.admin.patch('/v3/domains/' + made['id'], {'domain': {'enabled': False}})
        return made['id']
    return thing


def a_trust(identity):
    trustee = identity.make('users', 'user', name=uuid.uuid4().hex)
    project, = identity.admin.get('/v3/projects?name=admin').json['projects']
    me = identity.admin.get('/v3/users?name=admin').json['users'][0]['id']
    return identity.make('OS-TRUST/trusts', 'trust', trustor_user_id=me, trustee_user_id=trustee['id'],
                         impersonation=True, project_id=project['id'], roles=[{'name': 'member'}])['id']


def places(kind):
    """(table, column, more values) wherever a thing of this kind may be named."""
    for table in models.METADATA.sorted_tables:
        for column in table.columns:
            where = (table.name, column.name)
            if column.name in NAMING[kind] and where not in KEPT | REFUSED and not (
                    kind == 'domain' and column.name == 'project_id' and not column.foreign_keys):
                yield table, column.name, {}
    if kind in ASSIGNED:
        role = ASSIGNED[kind]
        yield models.assignments, role + '_id', {role + '_kind': kind}


def row(table, column, value, more):
    """Values for a whole row that names the thing, everything else made up."""
    values = {}
    for other in table.columns:
        if isinstance(other.type, sa.JSON):
            values[other.name] = {}
        elif isinstance(other.type, sa.Boolean):
            values[other.name] = False
        elif isinstance(other.type, (sa.Integer, sa.BigInteger, sa.Float)):
            values[other.name] = uuid.uuid4().int % (1 << 30)
        else:
            values[other.name] = uuid.uuid4().hex[:min(32, getattr(other.type, 'length', None) or 32)]
    return {**values, **more, column: value}


def fill(db, rows):
    """Write rows for [(table, column, value, more)]; a made-up row names things that are not there."""
    loose = sa.create_engine(db.url)
    with loose.begin() as conn:
        for table, column, value, more in rows:
            conn.execute(table.insert().values(**row(table, column, value, more)))
    loose.dispose()


def left(conn, table, column, value):
    return conn.execute(sa.select(sa.func.count()).select_from(table).where(table.c[column] == value)).scalar()


@pytest.mark.parametrize('kind', sorted(NAMING))
def test_nothing_names_what_is_gone(identity, make, kind):
    thing, spared = make(kind), make(kind)
    db, wanted = identity.runtime.db, list(places(kind))
    if not wanted:
        pytest.skip('no table names a %s' % kind)
    fill(db, [(table, column, value, more) for table, column, more in wanted for value in (thing, spared)])
    path = {'consumer': 'OS-OAUTH1/consumers', 'trust': 'OS-TRUST/trusts'}.get(kind, PLURALS.get(kind, kind + 's'))
    answer = identity.admin.delete('/v3/%s/%s' % (path, thing))
    assert answer.status_int == 204, answer.text
    with db.read() as conn:
        leaks = ['%s.%s' % (table.name, column) for table, column, _ in wanted if left(conn, table, column, thing)]
        assert not leaks
        lost = ['%s.%s' % (table.name, column) for table, column, _ in wanted if not left(conn, table, column, spared)]
        assert not lost


def test_nothing_names_what_was_in_a_domain_that_is_gone(identity, make):
    domain = make('domain')
    identity.admin.patch('/v3/domains/' + domain, {'domain': {'enabled': True}})
    inside = {kind: identity.make(kind + 's', kind, name='in', domain_id=domain)['id']
              for kind in ('user', 'group', 'project', 'role')}
    inside['project'] = identity.make('projects', 'project', name='below', parent_id=inside['project'])['id']
    rows = [(table, column, value, more) for kind, value in inside.items() for table, column, more in places(kind)]
    fill(identity.runtime.db, rows)
    identity.admin.patch('/v3/domains/' + domain, {'domain': {'enabled': False}})
    answer = identity.admin.delete('/v3/domains/' + domain)
    assert answer.status_int == 204, answer.text
    with identity.runtime.db.read() as conn:
        assert not ['%s.%s' % (table.name, column) for table, column, value, _ in rows
                    if left(conn, table, column, value)]


def test_trusts_that_were_passed_on_go_with_the_first(identity):
    trust = a_trust(identity)
    fill(identity.runtime.db, [(models.trusts, 'redelegated_trust_id', trust, {'id': 'second'}),
                               (models.trusts, 'redelegated_trust_id', 'second', {'id': 'third'})])
    trustee = identity.admin.get('/v3/OS-TRUST/trusts/' + trust).json['trust']['trustee_user_id']
    assert identity.admin.delete('/v3/users/' + trustee).status_int == 204
    with identity.runtime.db.read() as conn:
        assert conn.execute(sa.select(models.trusts.c.id)).all() == []
