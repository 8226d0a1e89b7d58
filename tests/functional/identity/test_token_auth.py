# SPDX-License-Identifier: Apache-2.0
"""How another service of this cloud takes identity's tokens: revocation, access rules, service tokens, expiry."""
import time
import uuid

import pytest

from praline_common.api import auth
from praline_common.testing.cloud import TestCloud
from praline_identity.bootstrap import bootstrap
from tests.functional.identity.conftest import CHEAP, PASSWORD, Identity

IMAGES = '/v2/images'


@pytest.fixture
def cloud(tmp_path):
    with TestCloud(tmp_path, ['identity', 'image'], options=CHEAP) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield cloud


@pytest.fixture
def identity(cloud):
    return Identity(cloud)


def image(cloud, token, service_token=None):
    headers = {'X-Service-Token': service_token} if service_token else {}
    return cloud.client('image', token=token, headers=headers)


def until_refused(client):
    """Seconds until the token is not taken any more."""
    began = time.monotonic()
    while client.get(IMAGES).status_int != 401:
        assert time.monotonic() < began + 20
        time.sleep(0.02)
    return time.monotonic() - began


def robot(identity, *rules):
    """A token of an application credential of the administrator's with these access rules."""
    me = identity.answer().json['token']['user']['id']
    made = identity.admin.post('/v3/users/%s/application_credentials' % me, {'application_credential': {
        'name': uuid.uuid4().hex, 'access_rules': [
            dict(zip(('service', 'method', 'path'), rule)) for rule in rules]}}).json['application_credential']
    return identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'],
        'application_credential': {'id': made['id'], 'secret': made['secret']}}}}).headers['X-Subject-Token']


@pytest.fixture
def service_token(identity):
    return identity.person('helper', 'service').headers['X-Auth-Token']


def test_a_good_token_is_asked_about_once(cloud, identity, monkeypatch):
    asked = []
    source = auth._Remote.__call__
    monkeypatch.setattr(auth._Remote, '__call__', lambda *args: asked.append(args) or source(*args))
    client = image(cloud, identity.login())
    assert [client.get(IMAGES).status_int for _ in range(3)] == [200, 200, 200] and len(asked) == 1


@pytest.mark.parametrize('end', ['revoked', 'disabled', 'no role'])
def test_the_end_of_a_token_is_noticed(cloud, identity, end):
    person = identity.person('eve', 'reader')
    token = person.headers['X-Auth-Token']
    client = image(cloud, token)
    assert client.get(IMAGES).status_int == 200
    if end == 'revoked':
        identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token})
    elif end == 'disabled':
        identity.admin.patch('/v3/users/' + person.user_id, {'user': {'enabled': False}})
    else:
        project, = identity.admin.get('/v3/projects?name=admin').json['projects']
        identity.admin.delete('/v3/projects/%s/users/%s/roles/%s' % (
            project['id'], person.user_id, identity.role('reader')))
    until_refused(client)
    assert image(cloud, identity.login()).get(IMAGES).status_int == 200


def test_a_revocation_is_not_looked_for_later_than_agreed(cloud, identity):
    """The clock is the filter's own: just before its second is over it has not asked, just after it has."""
    token = identity.login()
    client = image(cloud, token)
    assert client.get(IMAGES).status_int == 200
    known = _filter(cloud)._known
    identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token})
    known._asked -= 1.0
    assert client.get(IMAGES).status_int == 401 and known._seconds == 1.0


def _filter(cloud):
    found = cloud.app('image')
    while not isinstance(found, auth.TokenAuth):
        found = found.app
    return found


@pytest.mark.parametrize('rule, path, status', [
    (('image', 'GET', '/v2/images'), IMAGES, 200),
    (('image', 'GET', '/image/v2/images'), IMAGES, 200),
    (('image', 'GET', '/v2/images/*'), IMAGES + '/x', 404),
    (('image', 'GET', '/v2/**'), IMAGES + '/x/members', 404),
    (('image', 'GET', '/v2/images/*'), IMAGES, 401),
    (('image', 'POST', '/v2/images'), IMAGES, 401),
    (('compute', 'GET', '/v2/images'), IMAGES, 401),
])
def test_access_rules(cloud, identity, rule, path, status):
    client = image(cloud, robot(identity, rule))
    assert [client.get(path).status_int for _ in range(2)] == [status, status]


def test_only_a_good_service_token_lifts_access_rules(cloud, identity, service_token):
    token = robot(identity, ('image', 'GET', '/v2/schemas/*'))
    assert image(cloud, token).get(IMAGES).status_int == 401
    assert image(cloud, token, service_token).get(IMAGES).status_int == 200
    for no_service in ('gibberish', identity.login(), token):
        assert image(cloud, token, no_service).get(IMAGES).status_int == 401


def test_only_a_good_service_token_lifts_expiry(cloud, identity, service_token):
    short = identity.runtime.options.token_seconds
    cloud.conf.set_override('token_seconds', 1, 'identity')
    token = identity.login()
    cloud.conf.set_override('token_seconds', short, 'identity')
    until_refused(image(cloud, token))
    assert image(cloud, token, service_token).get(IMAGES).status_int == 200
    assert image(cloud, token, identity.login()).get(IMAGES).status_int == 401
    assert image(cloud, identity.login(), token).get(IMAGES).status_int == 401


def test_headers_of_the_filter_cannot_be_sent(cloud, identity):
    person = identity.person('mallory', 'reader')
    forged = {'X-Roles': 'admin', 'X-Project-Id': 'other', 'X-Identity-Status': 'Confirmed', 'X-User-Id': 'admin'}
    client = cloud.client('image', token=person.headers['X-Auth-Token'], headers=forged)
    assert client.post(IMAGES, {'name': 'x', 'visibility': 'public'}).status_int == 403
    assert cloud.client('image', token='', headers=forged).get(IMAGES).status_int == 401
