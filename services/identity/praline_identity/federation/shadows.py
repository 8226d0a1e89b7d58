# SPDX-License-Identifier: Apache-2.0
"""The users here that stand for those of identity providers: made at their first login, kept up at every other."""
import dataclasses
import hashlib

from praline_identity import errors
from praline_identity.db import assignments
from praline_identity.db import federated_users
from praline_identity.db import projects
from praline_identity.db import revision
from praline_identity.db import revocations
from praline_identity.db import roles
from praline_identity.db import rows
from praline_identity.db import users
from praline_identity.federation import places
from praline_identity.tokens import logins

# From this version of a mapping on, a login takes away what it does not assert any more.
_SYNCS = '3.0'


@dataclasses.dataclass
class Arrival:
    """A login through `provider` and `protocol` (rows): what its mapping, of this schema version, found; began: when.

    found.user has name, unique_id and domain_id.
    """

    provider: dict
    protocol: dict
    found: object
    group_ids: list
    schema_version: str
    began: int


def public_id(domain_id, unique_id):
    """The id here of a provider's user: always the same one, and that which keystone gives."""
    return hashlib.sha256((domain_id + 'user' + unique_id).encode()).hexdigest()


def keep(room, arrival):
    """(id, revision) of the user of this arrival; made, renamed, put in groups and projects in one transaction.

    revision: identity's when all that was done, None when nothing had to be: what the login itself revoked
    must not cover the token that it gets.
    """
    with room.db.write() as conn:
        before = revision.of(conn)
        wanted = _grants(conn, arrival)
        known = federated_users.find(conn, arrival.provider['id'], arrival.protocol['id'],
                                     arrival.found.user['unique_id'])
        user_id = _renew(conn, room, known, arrival) if known else _create(conn, arrival)
        minutes = arrival.provider['authorization_ttl'] or room.options.default_authorization_ttl
        if federated_users.set_groups(conn, arrival.provider['id'], user_id, arrival.group_ids, minutes) and known:
            # Who is in other groups now must not go on with a token of before.
            revocations.revoke(conn, 'user:' + user_id, room.tokens.longest, arrival.began - 1)
        _assign(conn, user_id, wanted, arrival.schema_version == _SYNCS)
        after = revision.of(conn)
    return user_id, None if after == before else after


def _create(conn, arrival):
    user = arrival.found.user
    user_id = public_id(user['domain_id'], user['unique_id'])
    users.create(conn, {'id': user_id, 'name': user_id, 'federated_name': user['name'], 'enabled': True,
                        'domain_id': user['domain_id'], 'extra': _extra({}, user), 'options': {},
                        'last_active_at': arrival.began})
    federated_users.create(conn, arrival.provider['id'], arrival.protocol['id'], user['unique_id'], user_id)
    return user_id


def _renew(conn, room, known, arrival):
    """The name and address as they are now; a name that was given here stays."""
    logins.check_activity(room, known, arrival.began)
    user, values = arrival.found.user, {}
    if known['federated_name'] not in (None, user['name']):
        values['federated_name'] = user['name']
    if _extra(known['extra'], user) != known['extra']:
        values['extra'] = _extra(known['extra'], user)
    if room.options.disable_user_account_days_inactive:
        values['last_active_at'] = arrival.began
    if values:
        users.save(conn, known['id'], values)
    return known['id']


def _extra(extra, user):
    return {**extra, 'email': user['email']} if user.get('email') else extra


def _grants(conn, arrival):
    """{(domain id, project name): {role ids}}; NotFound or Forbidden before anything is made."""
    wanted, user_domain = {}, arrival.found.user['domain_id']
    for project in arrival.found.projects:
        if not 0 < len(project['name']) <= 64:
            raise errors.Refused('The assertion names a project that cannot be: %s' % project['name'][:80])
        place = (places.domain_id(conn, project.get('domain') or {'id': arrival.provider['domain_id']}),
                 project['name'])
        wanted.setdefault(place, set()).update(
            _role(conn, role['name'], user_domain, arrival.provider['id']) for role in project['roles'])
    return wanted


def _role(conn, name, user_domain, provider_id):
    found = {row['domain_id']: row['id'] for row in roles.all_named(conn, name)}
    if not found:
        raise rows.missing('role', name)
    for domain_id in ('', user_domain):
        if domain_id in found:
            return found[domain_id]
    raise errors.Forbidden('Domain-specific role %s cannot be assigned within the domain of identity provider %s.'
                           % (name, provider_id))


def _assign(conn, user_id, wanted, sync):
    """Grant what is missing; with sync, revoke the user's other roles in projects."""
    if not wanted and not sync:
        return
    had = assignments.in_projects(conn, user_id)
    right = {(_project(conn, *place), role_id) for place, role_ids in wanted.items() for role_id in role_ids}
    for project_id, role_id in sorted(right - had):
        assignments.grant(conn, role_id, 'user', user_id, 'project', project_id)
    for project_id, role_id in sorted(had - right) if sync else ():
        assignments.revoke(conn, role_id, 'user', user_id, 'project', project_id)


def _project(conn, domain_id, name):
    """The id of the project, which is made when it is not there."""
    found = projects.by_name(conn, name, domain_id)
    if found is not None:
        return found['id']
    project_id = rows.new_id()
    projects.create(conn, {'id': project_id, 'name': name, 'domain_id': domain_id, 'parent_id': domain_id,
                           'description': ''})
    return project_id
