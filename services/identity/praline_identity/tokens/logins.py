# SPDX-License-Identifier: Apache-2.0
"""Checking one user's password, with what the operator asks around it: lockout, expiry, inactivity."""
from praline_identity import clock
from praline_identity import errors
from praline_identity.db import users


def check_password(room, user, given):
    """Refused, Locked or PasswordExpired unless `given` is the password of the for_login row `user`."""
    verify(room, user, given)
    if 'entry' in user:
        return
    options, now = user['options'], clock.now()
    ends = user['password_expires_at']
    if ends is not None and ends <= now and not options.get('ignore_password_expiry'):
        raise errors.PasswordExpired('The password is expired and needs to be changed for user: %s.' % user['id'])
    check_activity(room, user, now)
    renew = room.hasher.outdated(user['hash'])
    seen = now if room.options.disable_user_account_days_inactive else None
    if renew or seen or user['failed_logins']:
        hashed = room.hasher.hash(given) if renew else None
        with room.db.write() as conn:
            if user['failed_logins'] or seen:
                users.note_success(conn, user['id'], seen)
            if renew:
                users.rehash(conn, user['password_id'], hashed)


def verify(room, user, given):
    """Right password, and not locked; a wrong one is counted.  A directory judges its users by its own rules."""
    if 'entry' in user:
        room.directories.check_password(user, given)
        return
    judge(room, user, lambda: isinstance(given, str) and room.hasher.verify(given, user['hash']))


def judge(room, user, right):
    """Refused unless right(); Locked, unasked, after too many that were not."""
    counts = room.options.lockout_failure_attempts and not user['options'].get('ignore_lockout_failure_attempts')
    if counts and _locked(room, user):
        raise errors.Locked('The account is locked for user: %s.' % user['id'])
    if not right():
        if counts:
            with room.db.write() as conn:
                users.note_failure(conn, user['id'])
        raise errors.Refused()


def _locked(room, user):
    """Whether too many wrong passwords came lately; an old lock is forgotten."""
    if user['failed_logins'] < room.options.lockout_failure_attempts:
        return False
    elapsed = clock.now() - (user['failed_at'] or 0)
    if elapsed < 0:
        # The clock was set back since: the lock begins anew, and does not last as long as the step.
        with room.db.write() as conn:
            users.note_lock(conn, user['id'])
    if elapsed < room.options.lockout_duration * clock.SECOND:
        return True
    with room.db.write() as conn:
        users.note_success(conn, user['id'])
    user['failed_logins'] = 0
    return False


def check_activity(room, user, now):
    """Refused when the user was away for longer than the operator likes."""
    days = room.options.disable_user_account_days_inactive
    if not days or user['options'].get('ignore_user_inactivity'):
        return
    last = user['last_active_at'] or user['created_at'] or now
    if now - last > days * clock.DAY:
        raise errors.Refused()
