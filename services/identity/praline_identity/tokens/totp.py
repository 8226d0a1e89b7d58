# SPDX-License-Identifier: Apache-2.0
"""One-time passcodes from the seeds that a user keeps as credentials of the type totp (RFC 6238)."""
import base64
import hmac
import struct
import time

from praline_identity.db import credentials
from praline_identity.tokens import logins

_STEP = 30
_DIGITS = 6


def passcode(seed, moment):
    """The six digits of a base32 seed at a moment (seconds).  ValueError when it is no base32."""
    key = base64.b32decode(seed + '=' * (-len(seed) % 8))
    digest = hmac.digest(key, struct.pack('>Q', int(moment) // _STEP), 'sha1')
    offset = digest[-1] & 15
    number, = struct.unpack_from('>I', digest, offset)
    return '%0*d' % (_DIGITS, (number & 0x7fffffff) % 10 ** _DIGITS)


def check(room, user, given):
    """Refused unless `given` is the passcode of one of the user's seeds, now or totp_windows steps ago."""
    with room.db.read() as conn:
        sealed = [row['sealed_blob'] for row in credentials.of_user(conn, user['id'], 'totp')]
    seeds = [room.sealer.open(blob) for blob in sealed]
    now = time.time()
    moments = [now - back * _STEP for back in range(room.options.totp_windows + 1)]
    logins.judge(room, user, lambda: isinstance(given, str) and any(_fits(seed, moments, given) for seed in seeds))


def _fits(seed, moments, given):
    try:
        return any(hmac.compare_digest(passcode(seed, moment).encode(), given.encode()) for moment in moments)
    except ValueError:
        return False
