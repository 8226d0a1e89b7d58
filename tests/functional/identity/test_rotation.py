# SPDX-License-Identifier: Apache-2.0
"""Keys are changed while tokens are being made and checked by several processes, and none of them is lost."""
import threading
import time

import pytest

from praline_common import errors
from praline_identity.rotation import rotate
from praline_identity.tokens.issuer import Tokens
from praline_identity.tokens.room import Room


def check_all(identity, tokens, wrong, rounds, stop):
    """Over HTTP, and as a process that remembers nothing, until told to stop."""
    process = Tokens(identity.runtime)
    while not stop.is_set():
        for token in tuple(tokens):
            answer = identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
            if answer.status_int != 200:
                wrong.append(answer.text)
            try:
                process(token)
            except errors.Error as error:
                wrong.append(repr(error))
        rounds.append(1)


def log_in(identity, tokens, wrong, stop):
    """New tokens all the time; the newest twenty are checked."""
    while not stop.is_set():
        answer = identity.answer()
        if answer.status_int != 201:
            wrong.append(answer.text)
            continue
        tokens.append(answer.headers['X-Subject-Token'])
        del tokens[1:-20]


@pytest.mark.parametrize('kind', ['fernet', 'jws'])
def test_tokens_outlive_a_rotation_under_load(start, kind):
    identity = start(token_format=kind, token_cache=0)
    tokens, wrong, rounds, stop = [identity.login()], [], [], threading.Event()
    threads = [threading.Thread(target=check_all, args=(identity, tokens, wrong, rounds, stop)) for _ in range(3)]
    threads.append(threading.Thread(target=log_in, args=(identity, tokens, wrong, stop)))
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            begun, deadline = len(rounds), time.monotonic() + 60
            kept = rotate(identity.runtime)
            while len(rounds) < begun + 4:
                assert time.monotonic() < deadline and any(thread.is_alive() for thread in threads)
                time.sleep(0.001)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == [] and kept[kind] == 4 and len(rounds) >= 8


@pytest.mark.parametrize('kind', ['fernet', 'jws'])
def test_a_token_whose_key_is_gone_is_not_good(start, kind):
    """After more rotations than are allowed: 404 and 401, no fault of the service."""
    identity = start(token_format=kind)
    old = identity.login()
    for _ in range(3):
        rotate(identity.runtime)
    identity.runtime.shared(Tokens)._known.clear()
    with pytest.raises(errors.NotFound):
        Tokens(identity.runtime).check(old)
    admin = identity.as_(identity.login())
    assert admin.get('/v3/auth/tokens', headers={'X-Subject-Token': old}).status_int == 404
    assert identity.as_(old + ' ').get('/v3/users').status_int == 401


def test_a_receipt_outlives_a_rotation(identity):
    identity.make('users', 'user', name='u', password='pw', options={
        'multi_factor_auth_enabled': True, 'multi_factor_auth_rules': [['password', 'totp']]})
    half = identity.answer('u', 'pw', scope=None)
    assert half.status_int == 401
    rotate(identity.runtime)
    room = identity.runtime.shared(Room)
    user_id = half.json['receipt']['user']['id']
    assert room.receipts.methods(half.headers['Openstack-Auth-Receipt'], user_id) == ['password']
