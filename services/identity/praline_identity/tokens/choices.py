# SPDX-License-Identifier: Apache-2.0
"""Choosing a new password: what it must look like, how often it may change, which may not come back."""
import re

from praline_identity import clock
from praline_identity import errors
from praline_identity.db import revocations
from praline_identity.db import users


def check_strength(options, password):
    """BadRequest, in the operator's words, when the password is not what password_regex asks for."""
    if options.password_regex and not re.match(options.password_regex, password):
        raise errors.BadRequest('The password does not match the requirements: %s.'
                                % (options.password_regex_description or options.password_regex))


def set_password(conn, room, user, hashed, self_service=False):
    """Store an already checked password of a user row; every token of the user ends."""
    users.set_password(conn, user['id'], hashed, _end(room.options, user, self_service), self_service)
    users.note_success(conn, user['id'])
    revocations.revoke(conn, 'user:' + user['id'], room.tokens.longest)


def change_own(room, user, new):
    """A user's own change of the for_login row `user`: Refused, BadRequest or Forbidden tell why not."""
    from_admin = not user['self_service']
    if user['options'].get('lock_password'):
        raise errors.forbidden_action('Changing the password of this user is locked')
    check_strength(room.options, new)
    _check_age(room.options, user, from_admin)
    _check_history(room, user, new)
    hashed = room.hasher.hash(new)
    with room.db.write() as conn:
        set_password(conn, room, user, hashed, self_service=True)


def _check_age(options, user, from_admin):
    days, created = options.minimum_password_age, user['password_created_at']
    if days and not from_admin and created is not None and clock.now() - created < days * clock.DAY:
        raise errors.BadRequest('Cannot change password before minimum age %d days is met.' % days)


def _check_history(room, user, new):
    count = room.options.unique_last_password_count
    if not count:
        return
    with room.db.read() as conn:
        past = users.past_hashes(conn, user['id'], count)
    if any(room.hasher.verify(new, hashed) for hashed in past):
        raise errors.BadRequest('The new password cannot be identical to a previous password. The total number which '
                                'includes the new password must be unique is %d.' % count)


def _end(options, user, self_service):
    """When the new password ends; at once, when it must be changed at its first use."""
    own = user.get('options') or {}
    if (options.change_password_upon_first_use and not self_service
            and not own.get('ignore_change_password_upon_first_use')):
        return clock.now()
    if options.password_expires_days and not own.get('ignore_password_expiry'):
        return clock.now() + options.password_expires_days * clock.DAY
    return None
