# SPDX-License-Identifier: Apache-2.0
"""The authentication method `external`: the web server in front has authenticated the user, and says so in REMOTE_USER."""
from praline_identity import errors
from praline_identity.db import projects
from praline_identity.db import users


def external(room, given, proof):
    """The user whose name REMOTE_USER says, of the default domain; with external_auth = Domain, of REMOTE_DOMAIN."""
    name = room.front.remote_user
    if not name:
        raise errors.Refused('No authenticated user')
    domain = room.front.remote_domain if room.options.external_auth == 'Domain' else None
    with room.db.read() as conn:
        user = users.for_login(conn, name=name, domain_name=domain, domain_id=None if domain else projects.DEFAULT)
    if user is None or not user['enabled'] or not user['domain_enabled']:
        raise errors.Refused('Unable to lookup user %s' % name)
    proof.sure(user['id'], errors.Refused(), user)


def also(room, asked, proof):
    """Whoever the web server has authenticated is that user whatever else they prove, as far as they are known here."""
    if room.options.external_auth and room.front.remote_user and not room.front.guarded and 'external' not in asked:
        try:
            external(room, {}, proof)
        except errors.Refused:
            return
        proof.methods.append('external')
