# SPDX-License-Identifier: Apache-2.0
"""Limits of projects and users, what they use of them, and the check before more is given.

A limit is, in this order: the user's own in the project, the project's, the class 'default', the option.
-1 is no limit.  Usage is counted from the rows themselves, in one statement, so it cannot drift; call `check`
in the transaction that writes what was asked for.
"""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_compute.db.models import KEYPAIRS, QUOTA_CLASSES, QUOTAS, SERVER_GROUPS, SERVERS

NETWORK = ('fixed_ips', 'floating_ips', 'security_groups', 'security_group_rules')
INJECTED = ('injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes')
GROUPS = ('server_groups', 'server_group_members')
RESOURCES = ('instances', 'cores', 'ram', 'metadata_items', 'key_pairs', *INJECTED, *GROUPS, *NETWORK)
_COUNTED = ('instances', 'cores', 'ram', 'server_groups')
_SENTENCES = {'server_groups': 'Quota exceeded, too many server groups.',
              'server_group_members': 'Quota exceeded, too many servers in group',
              'key_pairs': 'Quota exceeded, too many key pairs.'}


def of_class(conn, options, class_name='default'):
    """{resource: limit} of a class; what it does not set is the option's value."""
    found = conn.execute(sa.select(QUOTA_CLASSES.c.resource, QUOTA_CLASSES.c.hard_limit).where(
        QUOTA_CLASSES.c.class_name == class_name))
    return {**_configured(options), **dict(tuple(row) for row in found)}


def limits(conn, options, project_id, user_id=None):
    """{resource: limit} that holds for the project, or for one user in it."""
    return _limits(conn, options, project_id, user_id)[1 if user_id else 0]


def usage(conn, project_id, user_id=None):
    """{resource: used} of the project, or of one user in it; 0 for what is not counted."""
    return dict.fromkeys(RESOURCES, 0) | _usage(conn, project_id, user_id)[1 if user_id else 0]


def check(conn, ctx, options, project_id=None, user_id=None, **asked):
    """OverQuota if the project (default: the context's), or a limited user in it, cannot have so much more.

    asked: instances, cores, ram, server_groups, key_pairs (of the user).
    """
    project_id, user_id = project_id or ctx.project_id, user_id or ctx.user_id
    whole, own = _limits(conn, options, project_id, user_id)
    whole_used, own_used = _usage(conn, project_id, user_id)
    _refuse(asked, whole, whole_used)
    if own is not whole:
        _refuse(asked, own, own_used)


def servers_allowed(conn, ctx, options, flavor, min_count, max_count):
    """How many servers of this flavor (min_count..max_count) the project may have now.  OverQuota if too few."""
    whole, own = _limits(conn, options, ctx.project_id, ctx.user_id)
    whole_used, own_used = _usage(conn, ctx.project_id, ctx.user_id)
    each = {'instances': 1, 'cores': flavor['vcpus'], 'ram': flavor['ram']}
    allowed = min(max_count, _room(each, whole, whole_used), _room(each, own, own_used))
    if allowed < min_count:
        asked = {name: number * max_count for name, number in each.items()}
        shown = {'instances': str(max_count) if min_count == max_count else '%d-%d' % (min_count, max_count)}
        _refuse(asked, whole, whole_used, shown)
        _refuse(asked, own, own_used, shown)
    return allowed


def check_group_members(limit, members, asked=1):
    """OverQuota when a server group that has `members` servers would get too many; limit: as `limits` gives."""
    _refuse({'server_group_members': asked}, limit, {'server_group_members': members})


def save(conn, project_id, user_id, values):
    """Set limits of the project, or of a user in it."""
    key = (QUOTAS.c.project_id == project_id, QUOTAS.c.user_id == (user_id or ''))
    if values:
        conn.execute(QUOTAS.delete().where(*key, QUOTAS.c.resource.in_(values)))
        conn.execute(QUOTAS.insert(), [
            {'project_id': project_id, 'user_id': user_id or '', 'resource': name, 'hard_limit': value}
            for name, value in values.items()])


def delete(conn, project_id, user_id=None):
    """Forget the limits set for the project and all its users, or for one user in it."""
    statement = QUOTAS.delete().where(QUOTAS.c.project_id == project_id)
    conn.execute(statement.where(QUOTAS.c.user_id == user_id) if user_id else statement)


def save_class(conn, class_name, values):
    if values:
        conn.execute(QUOTA_CLASSES.delete().where(
            QUOTA_CLASSES.c.class_name == class_name, QUOTA_CLASSES.c.resource.in_(values)))
        conn.execute(QUOTA_CLASSES.insert(), [
            {'class_name': class_name, 'resource': name, 'hard_limit': value} for name, value in values.items()])


def _configured(options):
    return {name: -1 if name in NETWORK else options['quota_' + name] for name in RESOURCES}


def _limits(conn, options, project_id, user_id):
    """(the project's limits, the user's); the very same dict when the user has none of its own."""
    found = conn.execute(sa.union_all(
        sa.select(sa.literal(0), QUOTA_CLASSES.c.resource, QUOTA_CLASSES.c.hard_limit).where(
            QUOTA_CLASSES.c.class_name == 'default'),
        sa.select(sa.case((QUOTAS.c.user_id == '', 1), else_=2), QUOTAS.c.resource, QUOTAS.c.hard_limit).where(
            QUOTAS.c.project_id == project_id, QUOTAS.c.user_id.in_(('', user_id or '')))))
    levels = [{}, {}, {}]
    for level, resource, limit in found:
        levels[level][resource] = limit
    whole = {**_configured(options), **levels[0], **levels[1]}
    return whole, {**whole, **levels[2]} if levels[2] else whole


def _usage(conn, project_id, user_id):
    """(the project's usage, the user's), in one statement."""
    mine = SERVERS.c.user_id == (user_id or '')
    total, count = sa.func.sum, sa.func.count
    groups = sa.select(count()).select_from(SERVER_GROUPS).where(SERVER_GROUPS.c.project_id == project_id)
    keys = sa.select(count()).select_from(KEYPAIRS).where(KEYPAIRS.c.user_id == (user_id or ''))
    found = engine.one(conn, sa.select(
        count().label('instances'), total(SERVERS.c.vcpus).label('cores'), total(SERVERS.c.ram).label('ram'),
        total(sa.case((mine, 1), else_=0)).label('own_instances'),
        total(sa.case((mine, SERVERS.c.vcpus), else_=0)).label('own_cores'),
        total(sa.case((mine, SERVERS.c.ram), else_=0)).label('own_ram'),
        groups.scalar_subquery().label('server_groups'),
        groups.where(SERVER_GROUPS.c.user_id == (user_id or '')).scalar_subquery().label('own_server_groups'),
        keys.scalar_subquery().label('key_pairs'),
    ).select_from(SERVERS).where(SERVERS.c.project_id == project_id, SERVERS.c.deleted.is_(False),
                                 SERVERS.c.vm_state != 'soft-delete'))
    found = {name: int(value or 0) for name, value in found.items()}
    own = {name: found['own_' + name] for name in _COUNTED}
    return ({**{name: found[name] for name in _COUNTED}, 'key_pairs': found['key_pairs']},
            {**own, 'key_pairs': found['key_pairs']})


def _room(each, limit, used):
    return min(((limit[name] - used[name]) // number for name, number in each.items() if number and limit[name] >= 0),
               default=1 << 31)


def _refuse(asked, limit, used, shown=None):
    """OverQuota naming every resource of `asked` that does not fit."""
    overs = sorted(name for name, number in asked.items()
                   if number > 0 and 0 <= limit[name] < used[name] + number)
    if not overs:
        return
    first = overs[0]
    message = _SENTENCES.get(first) or 'Quota exceeded for %s: Requested %s, but already used %s of %s %s' % (
        ', '.join(overs), ', '.join(str((shown or asked).get(name, asked[name])) for name in overs),
        ', '.join(str(used[name]) for name in overs), ', '.join(str(limit[name]) for name in overs), ', '.join(overs))
    raise errors.OverQuota(message, resource=first, used=used[first], limit=limit[first], asked=asked[first])
