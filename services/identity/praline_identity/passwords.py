# SPDX-License-Identifier: Apache-2.0
"""Hashes of passwords and secrets: made one way, verified in every way that keystone ever stored them.

The text of a hash names its method and parameters, so that a verified old one can be made anew.
"""
import base64
import hashlib
import hmac
import os

import argon2
from argon2 import exceptions as argon2_errors
import bcrypt

_BCRYPT_LIMIT = 72


class Hasher:
    """hash(secret) -> text; verify(secret, text) -> bool; outdated(text): made another way than hash() would."""

    def __init__(self, options):
        self._method = options.password_hash
        self._argon2 = argon2.PasswordHasher(time_cost=options.argon2_time, memory_cost=options.argon2_memory,
                                             parallelism=options.argon2_parallelism)
        self._rounds, self._cost = options.bcrypt_rounds, options.scrypt_cost

    @classmethod
    def of(cls, runtime):
        return cls(runtime.options)

    def waste(self, secret):
        """As long as a verification takes, so that an unknown user is refused no sooner than a known one."""
        self.hash(secret if isinstance(secret, str) else '')

    def hash(self, secret):
        return getattr(self, '_' + self._method)(secret.encode())

    def verify(self, secret, text):
        if not text:
            return False
        check = next((check for mark, check in _CHECKS.items() if text.startswith(mark)), None)
        return check is not None and check(secret.encode(), text)

    def outdated(self, text):
        if self._method == 'argon2id':
            return not text.startswith('$argon2id$') or self._argon2.check_needs_rehash(text)
        if self._method == 'bcrypt':
            return not text.startswith('$2b$%02d$' % self._rounds)
        return not text.startswith('$scrypt$ln=%d,r=8,p=1$' % self._cost)

    def _argon2id(self, secret):
        return self._argon2.hash(secret)

    def _bcrypt(self, secret):
        return bcrypt.hashpw(secret[:_BCRYPT_LIMIT], bcrypt.gensalt(self._rounds)).decode()

    def _scrypt(self, secret):
        salt = os.urandom(16)
        made = _run_scrypt(secret, salt, self._cost, 8, 1)
        return '$scrypt$ln=%d,r=8,p=1$%s$%s' % (self._cost, _encode(salt), _encode(made))


def _run_scrypt(secret, salt, cost, block, lanes, size=32):
    return hashlib.scrypt(secret, salt=salt, n=1 << cost, r=block, p=lanes, dklen=size,
                          maxmem=(1 << cost) * block * 256)


def _check_argon2(secret, text):
    try:
        return argon2.PasswordHasher().verify(text, secret)
    except (argon2_errors.VerificationError, argon2_errors.InvalidHashError):
        return False


def _check_bcrypt(secret, text):
    return bcrypt.checkpw(secret[:_BCRYPT_LIMIT], text.encode())


def _check_bcrypt_sha256(secret, text):
    """passlib's form: bcrypt over the base64 of a SHA-256 (version 2: HMAC keyed with the salt)."""
    _, _, settings, salt, digest = text.split('$')
    parts = dict(part.split('=') for part in settings.split(','))
    key = hmac.new(salt.encode(), secret, hashlib.sha256).digest()
    wanted = '$%s$%02d$%s%s' % (parts['t'], int(parts['r']), salt, digest)
    return bcrypt.checkpw(base64.b64encode(key), wanted.encode())


def _check_scrypt(secret, text):
    _, _, settings, salt, digest = text.split('$')
    parts = {name: int(value) for name, value in (part.split('=') for part in settings.split(','))}
    wanted = _decode(digest)
    made = _run_scrypt(secret, _decode(salt), parts['ln'], parts['r'], parts['p'], len(wanted))
    return hmac.compare_digest(made, wanted)


def _check_pbkdf2(secret, text):
    _, _, rounds, salt, digest = text.split('$')
    made = hashlib.pbkdf2_hmac('sha512', secret, _decode(salt), int(rounds))
    return hmac.compare_digest(made, _decode(digest))


def _encode(data):
    return base64.b64encode(data).decode().rstrip('=')


def _decode(text):
    return base64.b64decode(text.replace('.', '+') + '=' * (-len(text) % 4))


_CHECKS = {'$argon2': _check_argon2, '$2': _check_bcrypt, '$bcrypt-sha256$': _check_bcrypt_sha256,
           '$scrypt$': _check_scrypt, '$pbkdf2-sha512$': _check_pbkdf2}
