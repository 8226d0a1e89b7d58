# SPDX-License-Identifier: Apache-2.0
"""The clock is set, forward and back: nothing that was revoked lives again, nobody stays locked out, no 500."""
import base64
import datetime
import time
import types

from keystoneauth1 import _utils as keystone_time
import pytest

from praline_identity.tokens import totp
from praline_identity.tokens.issuer import Tokens

HOUR = 3600
DAY = 24 * HOUR
SEED = base64.b32encode(b'0123456789abcdefghij').decode()


@pytest.fixture
def step(monkeypatch):
    """step(seconds): the wall clock is that far from where it was at first; monotonic time goes on."""
    real, real_ns, away = time.time, time.time_ns, [0]

    class Shifted(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + datetime.timedelta(seconds=away[0])
    # What keystonemiddleware tells the end of a token by.
    monkeypatch.setattr(keystone_time, 'datetime', types.SimpleNamespace(**{**vars(datetime), 'datetime': Shifted}))
    monkeypatch.setattr(time, 'time', lambda: real() + away[0])
    monkeypatch.setattr(time, 'time_ns', lambda: real_ns() + away[0] * 10 ** 9)

    def move(seconds):
        away[0] = seconds
    return move


def shown(identity, token):
    """The status of a check of the token by a process that knows nothing yet."""
    identity.runtime.shared(Tokens)._known.clear()
    return identity.as_(identity.login()).get('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int


def test_a_token_ends_by_the_clock(identity, step):
    token = identity.login()
    for away, status in ((0, 200), (HOUR + 1, 404), (10, 200), (-DAY, 200), (DAY, 404)):
        step(away)
        assert shown(identity, token) == status, away
        assert identity.as_(token).get('/v3/auth/projects').status_int == (200 if status == 200 else 401)


@pytest.mark.parametrize('at_login, at_revocation', [(0, 0), (HOUR // 2, 0), (DAY, 0), (0, -HOUR), (0, HOUR // 2)])
@pytest.mark.parametrize('afterwards', [-DAY, -HOUR, 0, HOUR // 2])
def test_a_revoked_token_stays_so(identity, step, at_login, at_revocation, afterwards):
    step(at_login)
    token = identity.login()
    step(at_revocation)
    if shown(identity, token) == 200:
        revoking = identity.as_(identity.login())
        assert revoking.delete('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 204
        for away in (at_revocation, at_login, afterwards, at_login + 10):
            step(away)
            assert shown(identity, token) == 404
            assert identity.as_(token).get('/v3/users').status_int == 401


@pytest.mark.parametrize('at_login, at_change', [(0, 0), (HOUR // 2, 0), (DAY, 0), (0, -HOUR)])
def test_a_changed_password_ends_tokens_and_lets_in(identity, step, at_login, at_change):
    """Those from before the change end, those from after it are good, whatever the clock said when."""
    user = identity.make('users', 'user', name='u', password='old')
    step(at_login)
    token = identity.login('u', 'old', scope=None)
    step(at_change)
    admin = identity.as_(identity.login())
    assert admin.patch('/v3/users/' + user['id'], {'user': {'password': 'new'}}).status_int == 200
    for away in (at_change, at_login, at_change - HOUR):
        step(away)
        assert shown(identity, token) == 404
        fresh = identity.login('u', 'new', scope=None)
        assert identity.as_(fresh).get('/v3/auth/projects').status_int == 200 and shown(identity, fresh) == 200


def test_a_disabled_and_enabled_user(identity, step):
    user = identity.make('users', 'user', name='u', password='pw')
    step(DAY)
    token = identity.login('u', 'pw', scope=None)
    step(0)
    admin = identity.as_(identity.login())
    for enabled in (False, True):
        assert admin.patch('/v3/users/' + user['id'], {'user': {'enabled': enabled}}).status_int == 200
        for away in (0, DAY, -DAY):
            step(away)
            assert shown(identity, token) == 404
        step(0)


def test_forgetting_does_not_believe_a_step(identity, step):
    """What a clock that was days ahead for a while would have swept away is still there."""
    token = identity.login()
    identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token})
    worker = identity.runtime.service.room('rpc:worker')(identity.runtime)
    for away in (10 * DAY, -10 * DAY):
        step(away)
        for _, periodic in worker.periodics:
            periodic()
    step(0)
    assert shown(identity, token) == 404


def test_a_database_that_was_put_back(identity):
    """Revisions are reached again that tokens carry already: then time decides."""
    for number in range(3):
        identity.admin.patch('/v3/domains/default', {'domain': {'description': str(number)}})
    token = identity.login()
    with identity.runtime.db.write() as conn:
        conn.exec_driver_sql('UPDATE revision SET value = 1 WHERE id = 1')
    assert shown(identity, token) == 200
    identity.as_(identity.login()).delete('/v3/auth/tokens', headers={'X-Subject-Token': token})
    assert shown(identity, token) == 404


def passcode_status(identity, moment, user):
    passcode = totp.passcode(SEED, moment)
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {'methods': ['totp'], 'totp': {
        'user': {'id': user['id'], 'passcode': passcode}}}}}).status_int


def test_passcodes_follow_the_clock(identity, step):
    user = identity.make('users', 'user', name='u', password='pw')
    identity.make('credentials', 'credential', type='totp', user_id=user['id'], blob=SEED)
    for away in (0, HOUR, -HOUR, 0, -50 * 365 * DAY):
        step(away)
        now = time.time()
        assert passcode_status(identity, now, user) == 201
        for other in (now + HOUR, now + 120, now - 120, now - HOUR):
            assert passcode_status(identity, other, user) == 401, (away, other - now)


def test_a_lock_lasts_no_longer_than_it_should(start, step):
    identity = start(lockout_failure_attempts=2, lockout_duration=600)
    identity.make('users', 'user', name='u', password='pw')

    def status(password='pw'):
        return identity.answer('u', password, scope=None).status_int
    step(DAY)
    assert [status('wrong'), status('wrong'), status()] == [401] * 3
    step(0)
    assert status() == 401
    step(599)
    assert status() == 401
    step(602)
    assert status() == 201


def test_a_step_back_does_not_open_a_lock(start, step):
    identity = start(lockout_failure_attempts=2, lockout_duration=600)
    identity.make('users', 'user', name='u', password='pw')
    assert [identity.answer('u', 'wrong', scope=None).status_int for _ in range(2)] == [401, 401]
    for away in (100, -DAY, 100 - DAY, 599 - DAY):
        step(away)
        assert identity.answer('u', 'pw', scope=None).status_int == 401


def test_receipts_and_application_credentials_end_by_the_clock(identity, step):
    user = identity.make('users', 'user', name='u', password='pw', options={
        'multi_factor_auth_enabled': True, 'multi_factor_auth_rules': [['password', 'totp']]})
    identity.make('credentials', 'credential', type='totp', user_id=user['id'], blob=SEED)
    half = identity.answer('u', 'pw', scope=None)
    receipt = half.headers['Openstack-Auth-Receipt']
    for away, status in ((400, 401), (-DAY, 201), (0, 201)):
        step(away)
        answer = identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {'methods': ['totp'], 'totp': {
            'user': {'id': user['id'], 'passcode': totp.passcode(SEED, time.time())}}}}},
            headers={'Openstack-Auth-Receipt': receipt})
        assert answer.status_int == status, away
