# SPDX-License-Identifier: Apache-2.0
"""An unmodified keystonemiddleware in a service of somebody else's checks tokens against our identity over HTTP."""
import contextlib
import json
import pathlib
import subprocess
import sys
import uuid

import pytest
import requests
from keystoneauth1.identity import v3

from . import keystone as clients
from .clouds import until
from .conftest import running
from .keystone import role

pytestmark = [pytest.mark.system, pytest.mark.slow]
PROGRAM = pathlib.Path(__file__).with_name('foreign_service.py')
SHORT = 8


class Foreign:
    """A running foreign service; get(path, token, service_token) -> its answer."""

    def __init__(self, cloud, user, **options):
        settings = {'auth_type': 'password', 'auth_url': clients.auth_url(cloud), 'username': user.name,
                    'user_domain_id': 'default', 'password': clients.PASSWORD, 'project_name': 'admin',
                    'project_domain_id': 'default', 'service_token_roles_required': True,
                    # Nothing is remembered: every request is a question to identity.
                    'token_cache_time': -1, 'service_type': 'foreign', **options}
        self.process = subprocess.Popen([sys.executable, '-W', 'ignore', PROGRAM, json.dumps(settings)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.base = 'http://127.0.0.1:%d' % int(self.process.stdout.readline())

    def get(self, path, token=None, service_token=None):
        headers = {'X-Auth-Token': token, 'X-Service-Token': service_token}
        return requests.get(self.base + path, timeout=30,
                            headers={name: value for name, value in headers.items() if value})

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


@contextlib.contextmanager
def service_user(keystone):
    """A user with the role service in the project admin, as every service has one."""
    user = keystone.users.create('foreign-' + uuid.uuid4().hex[:8], 'default', password=clients.PASSWORD)
    keystone.roles.grant(role(keystone, 'service'), user=user, project=keystone.projects.find(name='admin'))
    try:
        yield user
    finally:
        keystone.users.delete(user)


@contextlib.contextmanager
def foreign(cloud, user, **options):
    service = Foreign(cloud, user, **options)
    try:
        yield service
    finally:
        service.close()


@pytest.fixture(scope='module')
def keystone(fake_cloud):
    return clients.admin(fake_cloud)


@pytest.fixture(scope='module')
def service_account(keystone):
    with service_user(keystone) as user:
        yield user


@pytest.fixture(scope='module')
def service(fake_cloud, service_account):
    with foreign(fake_cloud, service_account) as service:
        yield service


@pytest.fixture
def place(keystone):
    with clients.place(keystone) as place:
        yield place


def token_of(client):
    return client.session.get_token()


def test_a_good_token_and_none(service, place, fake_cloud):
    told = service.get('/', token_of(clients.login(fake_cloud, place.user, project_id=place.project.id))).json()
    assert told['HTTP_X_IDENTITY_STATUS'] == 'Confirmed'
    assert (told['HTTP_X_USER_ID'], told['HTTP_X_PROJECT_ID']) == (place.user.id, place.project.id)
    assert (told['HTTP_X_USER_NAME'], told['HTTP_X_PROJECT_DOMAIN_NAME']) == (place.user.name, place.domain.name)
    assert set(told['HTTP_X_ROLES'].split(',')) == {'member', 'reader'}
    assert {item['type'] for item in json.loads(told['HTTP_X_SERVICE_CATALOG'])} >= {'identity', 'compute'}
    refused = service.get('/')
    assert refused.status_code == 401 and refused.headers['WWW-Authenticate'].startswith('Keystone uri=')
    assert service.get('/', 'gibberish').status_code == 401


def test_a_revoked_token(service, place, fake_cloud, keystone):
    token = token_of(clients.login(fake_cloud, place.user, project_id=place.project.id))
    assert service.get('/', token).status_code == 200
    keystone.tokens.revoke_token(token)
    assert service.get('/', token).status_code == 401


def test_a_token_whose_user_was_disabled(service, place, fake_cloud, keystone):
    token = token_of(clients.login(fake_cloud, place.user, project_id=place.project.id))
    keystone.users.update(place.user, enabled=False)
    assert service.get('/', token).status_code == 401


def test_without_the_catalog(fake_cloud, service_account, place):
    with foreign(fake_cloud, service_account, include_service_catalog=False) as service:
        told = service.get('/', token_of(clients.login(fake_cloud, place.user, project_id=place.project.id))).json()
    assert told['HTTP_X_USER_ID'] == place.user.id and 'HTTP_X_SERVICE_CATALOG' not in told


def test_access_rules(fake_cloud, keystone, service, service_account, place):
    kind = keystone.services.create('foreign', type='foreign')
    keystone.endpoints.create(kind, service.base, interface='public')
    try:
        person = clients.login(fake_cloud, place.user, project_id=place.project.id)
        token = token_of(_robot(fake_cloud, person, {'path': '/things/*', 'method': 'GET', 'service': 'foreign'}))
        assert service.get('/things/one', token).status_code == 200
        assert service.get('/things', token).status_code == 401
        other = token_of(_robot(fake_cloud, person, {'path': '/things/*', 'method': 'GET', 'service': 'image'}))
        assert service.get('/things/one', other).status_code == 401
        # The request of a service on behalf of the robot is not the robot's own.
        helper = token_of(clients.login(fake_cloud, service_account, project_name='admin', project_domain_id='default'))
        assert service.get('/others', token, helper).status_code == 200
        with foreign(fake_cloud, service_account, service_type='') as unaware:
            assert unaware.get('/things/one', token).status_code == 401
    finally:
        keystone.services.delete(kind)


def _robot(cloud, person, rule):
    made = person.application_credentials.create('robot-' + uuid.uuid4().hex[:8], access_rules=[rule])
    return clients.connect(v3.ApplicationCredential(clients.auth_url(cloud), application_credential_id=made.id,
                                                    application_credential_secret=made.secret))


def test_a_service_token_must_be_one(service, place, fake_cloud):
    token = token_of(clients.login(fake_cloud, place.user, project_id=place.project.id))
    for no_service in (token, 'gibberish'):
        assert service.get('/', token, no_service).status_code == 401


def _short_tokens(cloud):
    with open(cloud.state.config, 'a') as file:
        file.write('\n[identity]\ntoken_seconds = %d\n' % SHORT)


def test_an_expired_token_is_good_together_with_a_service_token():
    with running('--fake', '1', configure=_short_tokens) as cloud:
        keystone = clients.admin(cloud)
        with clients.place(keystone) as place, service_user(keystone) as user, foreign(cloud, user) as service:
            token = token_of(clients.login(cloud, place.user, project_id=place.project.id))
            until(lambda: service.get('/', token).status_code != 401 and 'still good', 6 * SHORT, 'the token')
            helper = token_of(clients.login(cloud, user, project_name='admin', project_domain_id='default'))
            told = service.get('/', token, helper).json()
            assert told['HTTP_X_USER_ID'] == place.user.id and told['HTTP_X_SERVICE_USER_ID'] == user.id
            assert 'service' in told['HTTP_X_SERVICE_ROLES']
            assert service.get('/', helper, token).status_code == 401
