# SPDX-License-Identifier: Apache-2.0
"""Role assignments as a list: as they were made, or as they work out for each user and project.

An entry: role_id; user_id or group_id; project_id, domain_id or system; inherited; and where it comes
from when it was worked out: via_group, via (kind, id) of the place it is inherited from, prior role.
A fixed number of statements, whatever the number of entries.
"""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import effective
from praline_identity.db import models
from praline_identity.db import users

_A = models.assignments


def list(conn, wanted):
    """Entries as assigned.  wanted: {role, user, group, project, domain, system, inherited, projects}, each or None."""
    return [_entry(row) for row in engine.rows(conn, _narrowed(sa.select(_A), wanted))]


def _narrowed(statement, wanted):
    if wanted.get('role'):
        statement = statement.where(_A.c.role_id == wanted['role'])
    for kind in ('user', 'group'):
        if wanted.get(kind):
            statement = statement.where(_A.c.actor_kind == kind, _A.c.actor_id == wanted[kind])
    for kind in ('project', 'domain'):
        if wanted.get(kind):
            statement = statement.where(_A.c.target_kind == kind, _A.c.target_id == wanted[kind])
    if wanted.get('projects') is not None:
        statement = statement.where(_A.c.target_kind == 'project', _A.c.target_id.in_(wanted['projects']))
    if wanted.get('system'):
        statement = statement.where(_A.c.target_kind == 'system')
    if wanted.get('inherited') is not None:
        statement = statement.where(_A.c.inherited.is_(wanted['inherited']))
    return statement.order_by(_A.c.target_id, _A.c.actor_id, _A.c.role_id)


def _entry(row):
    entry = {'role_id': row['role_id'], row['actor_kind'] + '_id': row['actor_id'], 'inherited': row['inherited']}
    if row['target_kind'] == 'system':
        entry['system'] = {'all': True}
    else:
        entry[row['target_kind'] + '_id'] = row['target_id']
    return entry


def effective_list(conn, wanted):
    """Entries as they work out: one for each user, project, domain or system, and role, implied ones too."""
    found = list(conn, {'inherited': wanted.get('inherited')} if wanted.get('inherited') else {})
    found = _each_user(conn, found, wanted.get('user'))
    found = _each_place(conn, found, wanted)
    found = _each_role(conn, found, wanted.get('role'))
    return [*{_identity(entry): entry for entry in reversed(found)}.values()][::-1]


def _each_user(conn, found, user_id):
    members = models.group_members
    statement = sa.select(members.c.group_id, members.c.user_id)
    if user_id:
        statement = statement.where(members.c.user_id == user_id)
    in_group = {}
    for group_id, member in conn.execute(statement):
        in_group.setdefault(group_id, []).append(member)
    out = []
    for entry in found:
        group_id = entry.pop('group_id', None)
        if group_id is None:
            if not user_id or entry['user_id'] == user_id:
                out.append(entry)
        else:
            out.extend({**entry, 'user_id': member, 'via_group': group_id} for member in in_group.get(group_id, ()))
    return out


def _each_place(conn, found, wanted):
    """Inherited ones become one for each project below; then only the places asked for stay."""
    if any(entry['inherited'] for entry in found):
        below = _below(conn)
        spread = []
        for entry in found:
            spread.extend(_spread(entry, below) if entry['inherited'] else [entry])
        found = spread
    if wanted.get('project'):
        found = [entry for entry in found if entry.get('project_id') == wanted['project']]
    if wanted.get('projects') is not None:
        found = [entry for entry in found if entry.get('project_id') in wanted['projects']]
    if wanted.get('domain'):
        found = [entry for entry in found if entry.get('domain_id') == wanted['domain']]
    if wanted.get('system'):
        found = [entry for entry in found if 'system' in entry]
    if wanted.get('inherited') is False:
        found = [entry for entry in found if not entry['inherited']]
    return found


def _below(conn):
    """{project or domain id: [ids of the projects right below]}."""
    table, below = models.projects, {}
    for project_id, parent_id in conn.execute(sa.select(table.c.id, table.c.parent_id)):
        below.setdefault(parent_id, []).append(project_id)
    return below


def _spread(entry, below):
    kind = 'domain' if 'domain_id' in entry else 'project'
    top = entry[kind + '_id']
    rest = {name: value for name, value in entry.items() if name not in ('domain_id', 'project_id')}
    waiting = [*below.get(top, ())]
    while waiting:
        project_id = waiting.pop()
        waiting.extend(below.get(project_id, ()))
        yield {**rest, 'project_id': project_id, 'via': (kind, top)}


def _each_role(conn, found, role_id):
    """Roles of a domain are left out themselves; what they imply stays."""
    implied = effective.implications(conn)
    roles = models.roles
    hidden = set(conn.execute(sa.select(roles.c.id).where(roles.c.domain_id != '')).scalars())
    out = []
    for entry in found:
        out.append(entry)
        out.extend(_implied(entry, implied))
    return [entry for entry in out if entry['role_id'] not in hidden
            and (not role_id or entry['role_id'] == role_id)]


def _implied(entry, implied):
    seen, waiting = {entry['role_id']}, [entry['role_id']]
    while waiting:
        prior = waiting.pop()
        for role_id in implied.get(prior, ()):
            if role_id not in seen:
                seen.add(role_id)
                waiting.append(role_id)
                yield {**entry, 'role_id': role_id, 'prior': prior}


def _identity(entry):
    return (entry['role_id'], entry.get('user_id'), entry.get('project_id'), entry.get('domain_id'),
            'system' in entry, entry.get('via_group'), entry.get('via'), entry.get('prior'))


def names(conn, entries):
    """{kind: {id: {'id', 'name'[, 'domain': {...}]}}} for everything that these entries name; four statements."""
    domain = models.projects.alias('domain')
    found = {}
    for kind, table in (('user', models.users), ('group', models.groups), ('role', models.roles),
                        ('project', models.projects)):
        ids = {entry[name] for entry in entries for name in (kind + '_id', 'domain_id' if kind == 'project' else kind)
               if entry.get(name)}
        name = table.c.name if kind != 'user' else users.SHOWN_NAME
        statement = sa.select(table.c.id, name.label('name'), domain.c.id.label('domain_id'),
                              domain.c.name.label('domain_name')).join(
            domain, domain.c.id == table.c.domain_id, isouter=True).where(table.c.id.in_(ids))
        found[kind] = {row['id']: _named(row) for row in engine.rows(conn, statement)} if ids else {}
    return found


def _named(row):
    named = {'id': row['id'], 'name': row['name']}
    if row['domain_id']:
        named['domain'] = {'id': row['domain_id'], 'name': row['domain_name']}
    return named
