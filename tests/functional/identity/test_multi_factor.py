# SPDX-License-Identifier: Apache-2.0
"""One-time passcodes, rules that want several methods, and the receipts in between."""
import base64
import time

import pytest

from praline_identity.tokens import totp

SEED = base64.b32encode(b'twenty bytes of seed').decode()


@pytest.fixture
def user(identity):
    made = identity.make('users', 'user', name='u', password='pw')
    identity.make('credentials', 'credential', user_id=made['id'], type='totp', blob=SEED)
    return made


def auth(identity, user, password=None, passcode=None, receipt=None):
    methods = {}
    if password:
        methods['password'] = {'user': {'id': user['id'], 'password': password}}
    if passcode:
        methods['totp'] = {'user': {'id': user['id'], 'passcode': passcode}}
    headers = {'Openstack-Auth-Receipt': receipt} if receipt else {}
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {'methods': list(methods), **methods}}},
                                   headers=headers)


def now(back=0):
    return totp.passcode(SEED, time.time() - back)


def test_passcodes_are_those_of_the_standard():
    seed = base64.b32encode(b'12345678901234567890').decode()
    assert [totp.passcode(seed, moment) for moment in (59, 1111111109, 1234567890)] == ['287082', '081804', '005924']


def test_a_passcode_alone_logs_in(identity, user):
    answer = auth(identity, user, passcode=now())
    assert answer.status_int == 201 and answer.json['token']['methods'] == ['totp']
    assert auth(identity, user, passcode=now(30)).status_int == 201
    for wrong in (now(3600), '000', 'x'):
        assert auth(identity, user, passcode=wrong).status_int == 401
    other = identity.make('users', 'user', name='other')
    assert auth(identity, other, passcode=now()).status_int == 401


def test_rules_want_both_at_once_or_one_after_the_other(identity, user):
    rules = [['password', 'totp'], ['password', 'smell', 'totp']]
    identity.admin.patch('/v3/users/' + user['id'], {'user': {'options': {'multi_factor_auth_rules': rules}}})
    assert auth(identity, user, 'pw', now()).status_int == 201
    half = auth(identity, user, 'pw')
    assert half.status_int == 401 and half.json['required_auth_methods'] == rules
    assert half.json['receipt']['methods'] == ['password'] and half.json['receipt']['user']['id'] == user['id']
    receipt = half.headers['Openstack-Auth-Receipt']
    whole = auth(identity, user, passcode=now(), receipt=receipt)
    assert whole.status_int == 201 and set(whole.json['token']['methods']) == {'password', 'totp'}
    assert auth(identity, user, passcode='000000', receipt=receipt).status_int == 401
    assert auth(identity, user, passcode=now(), receipt='x').status_int == 401
    assert identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': receipt}).status_int == 404
    other = identity.make('users', 'user', name='other', password='pw')
    assert auth(identity, other, 'pw', receipt=receipt).status_int == 401


def test_a_receipt_ends(start):
    identity = start(receipt_seconds=1)
    made = identity.make('users', 'user', name='u', password='pw', options={
        'multi_factor_auth_rules': [['password', 'totp']]})
    identity.make('credentials', 'credential', user_id=made['id'], type='totp', blob=SEED)
    receipt = auth(identity, made, 'pw').headers['Openstack-Auth-Receipt']
    until = time.monotonic() + 5
    while auth(identity, made, passcode=now(), receipt=receipt).status_int == 201:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_rules_can_be_switched_off_and_unknown_methods_lock_nobody_out(identity, user):
    path = '/v3/users/' + user['id']
    identity.admin.patch(path, {'user': {'options': {'multi_factor_auth_rules': [['smell']]}}})
    assert auth(identity, user, 'pw').status_int == 201
    identity.admin.patch(path, {'user': {'options': {'multi_factor_auth_rules': [['totp', 'password']],
                                                     'multi_factor_auth_enabled': False}}})
    assert auth(identity, user, 'pw').status_int == 201


def test_wrong_passcodes_lock_as_wrong_passwords_do(start):
    identity = start(lockout_failure_attempts=2)
    made = identity.make('users', 'user', name='u', password='pw')
    identity.make('credentials', 'credential', user_id=made['id'], type='totp', blob=SEED)
    for _ in range(2):
        assert auth(identity, made, passcode='000').status_int == 401
    assert auth(identity, made, passcode=now()).status_int == 401 and auth(identity, made, 'pw').status_int == 401
