# SPDX-License-Identifier: Apache-2.0
"""Hashes: every kind is verified, and what is of another kind or cost is called outdated."""
import base64
import hashlib
import types

import pytest

from praline_identity.passwords import Hasher

CHEAP = {'argon2_time': 1, 'argon2_memory': 8, 'argon2_parallelism': 1, 'bcrypt_rounds': 4, 'scrypt_cost': 4}


def hasher(method, **changes):
    return Hasher(types.SimpleNamespace(password_hash=method, **{**CHEAP, **changes}))


@pytest.mark.parametrize('method', ['argon2id', 'bcrypt', 'scrypt'])
@pytest.mark.parametrize('reader', ['argon2id', 'bcrypt', 'scrypt'])
def test_each_kind_is_verified_by_all_and_outdated_for_the_others(method, reader):
    text = hasher(method).hash('secret \u20ac')
    assert hasher(reader).verify('secret \u20ac', text) and not hasher(reader).verify('secret', text)
    assert hasher(reader).outdated(text) == (reader != method)


@pytest.mark.parametrize('method, change', [('argon2id', {'argon2_memory': 16}), ('bcrypt', {'bcrypt_rounds': 5}),
                                            ('scrypt', {'scrypt_cost': 5})])
def test_another_cost_is_outdated(method, change):
    assert hasher(method, **change).outdated(hasher(method).hash('x'))


def test_what_is_no_hash_is_never_right():
    for text in (None, '', 'secret', '$argon2id$nonsense'):
        assert not hasher('argon2id').verify('secret', text)


def test_old_pbkdf2_hashes_are_read():

    def plain(data):
        return base64.b64encode(data).decode().rstrip('=').replace('+', '.')
    made = hashlib.pbkdf2_hmac('sha512', b'secret', b'salt of sixteen!', 25000)
    text = '$pbkdf2-sha512$25000$%s$%s' % (plain(b'salt of sixteen!'), plain(made))
    assert hasher('argon2id').verify('secret', text) and not hasher('argon2id').verify('other', text)
    assert hasher('argon2id').outdated(text)
