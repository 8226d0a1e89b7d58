# SPDX-License-Identifier: Apache-2.0
"""python-keystoneclient and keystoneauth's own plug-ins: tokens, and every way to lend what one may do."""
import base64
import json
import secrets
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from keystoneauth1 import exceptions
from keystoneauth1.identity import v3
from keystoneclient.contrib.ec2 import utils as ec2

from . import keystone as clients
from .keystone import gone, ids, role

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope='module')
def keystone(fake_cloud):
    return clients.admin(fake_cloud)


@pytest.fixture
def place(keystone):
    with clients.place(keystone) as place:
        yield place


@pytest.fixture
def person(fake_cloud, place):
    return clients.login(fake_cloud, place.user, project_id=place.project.id)


def access(client):
    return client.session.auth.get_access(client.session)


def refused(client):
    with pytest.raises(exceptions.Unauthorized):
        access(client)
    return True


def test_tokens(keystone, place, person, fake_cloud):
    token = access(person).auth_token
    seen = keystone.tokens.validate(token)
    assert (seen.user_id, seen.project_id, seen.role_names) == (place.user.id, place.project.id, ['member', 'reader'])
    assert seen.has_service_catalog()
    assert not keystone.tokens.validate(token, include_catalog=False).has_service_catalog()
    assert keystone.tokens.get_token_data(token)['token']['methods'] == ['password']
    again = clients.connect(v3.Token(clients.auth_url(fake_cloud), token, project_id=place.project.id))
    assert access(again).expires == access(person).expires
    unscoped = clients.connect(v3.Token(clients.auth_url(fake_cloud), token, unscoped=True))
    assert not access(unscoped).scoped
    keystone.tokens.revoke_token(token)
    with pytest.raises(exceptions.NotFound):
        keystone.tokens.validate(token)


def test_scopes(keystone, place, fake_cloud):
    keystone.roles.grant(role(keystone, 'manager'), user=place.user, domain=place.domain)
    keystone.roles.grant(role(keystone, 'reader'), user=place.user, system='all')
    unscoped = clients.login(fake_cloud, place.user, unscoped=True)
    assert ids(unscoped.auth.projects()) == {place.project.id}
    assert ids(unscoped.auth.domains()) == {place.domain.id}
    assert [item.all for item in unscoped.auth.systems()] == [True]
    assert access(clients.login(fake_cloud, place.user, domain_id=place.domain.id)).domain_id == place.domain.id
    assert access(clients.login(fake_cloud, place.user, system_scope='all')).system == {'all': True}
    assert access(clients.login(fake_cloud, place.user, project_name=place.project.name,
                                project_domain_name=place.domain.name)).project_id == place.project.id
    keystone.roles.revoke(role(keystone, 'reader'), user=place.user, system='all')
    assert refused(clients.login(fake_cloud, place.user, system_scope='all'))


def test_application_credentials(place, person, fake_cloud):
    made = person.application_credentials
    rules = [{'path': '/v3/users/*', 'method': 'GET', 'service': 'identity'}]
    credential = made.create('kc-robot', description='works', roles=[{'name': 'member'}], access_rules=rules)
    assert made.get(credential).description == 'works' and made.find(name='kc-robot').id == credential.id
    assert ids(made.list()) == {credential.id}
    rule, = person.access_rules.list()
    assert (rule.path, rule.method, rule.service) == ('/v3/users/*', 'GET', 'identity')
    assert person.access_rules.get(rule).id == rule.id
    robot = clients.connect(v3.ApplicationCredential(
        clients.auth_url(fake_cloud), application_credential_id=credential.id,
        application_credential_secret=credential.secret))
    assert access(robot).project_id == place.project.id and access(robot).application_credential_id == credential.id
    assert robot.users.get(place.user).id == place.user.id
    with pytest.raises(exceptions.Unauthorized):
        robot.projects.get(place.project)
    with pytest.raises(exceptions.Conflict):
        made.create('kc-robot')
    with pytest.raises(exceptions.Forbidden):
        person.access_rules.delete(rule)
    made.delete(credential)
    assert gone(made, credential)
    person.access_rules.delete(rule)
    assert refused(clients.connect(v3.ApplicationCredential(
        clients.auth_url(fake_cloud), application_credential_id=credential.id,
        application_credential_secret=credential.secret)))


def test_trusts(keystone, place, person, fake_cloud):
    friend = keystone.users.create('kc-friend', place.domain, password=clients.PASSWORD)
    keystone.roles.grant(role(keystone, 'reader'), user=friend, project=place.project)
    trust = person.trusts.create(friend, place.user, role_names=['member'], project=place.project, impersonation=True,
                                 remaining_uses=2)
    assert (trust.trustor_user_id, trust.remaining_uses, trust.impersonation) == (place.user.id, 2, True)
    assert ids(person.trusts.list(trustor_user=place.user)) == {trust.id}
    assert ids(clients.login(fake_cloud, friend, project_id=place.project.id).trusts.list(trustee_user=friend)) == {trust.id}
    assert person.trusts.get(trust).roles[0]['name'] == 'member'
    lent = clients.login(fake_cloud, friend, trust_id=trust.id)
    assert (access(lent).trust_id, access(lent).user_id) == (trust.id, place.user.id)
    assert access(lent).trustee_user_id == friend.id
    assert person.trusts.get(trust).remaining_uses == 1
    person.trusts.delete(trust)
    assert gone(person.trusts, trust)
    with pytest.raises(exceptions.HttpError):
        access(clients.login(fake_cloud, friend, trust_id=trust.id))


def test_credentials(place, keystone):
    made = keystone.credentials
    credential = made.create(place.user, 'cert', 'secret', project=place.project)
    assert made.get(credential).blob == 'secret'
    assert made.update(credential, place.user, type='cert', blob='other').blob == 'other'
    assert ids(made.list(user_id=place.user.id, type='cert')) == {credential.id}
    made.delete(credential)
    assert gone(made, credential)


def test_ec2_credentials_sign(place, person, keystone, fake_cloud):
    made = person.ec2.create(place.user.id, place.project.id)
    assert person.ec2.get(place.user.id, made.access).secret == made.secret
    assert [item.access for item in person.ec2.list(place.user.id)] == [made.access]
    request = {'access': made.access, 'host': 'praline', 'verb': 'GET', 'path': '/', 'params': {
        'SignatureVersion': '2', 'SignatureMethod': 'HmacSHA256', 'AWSAccessKeyId': made.access,
        'Timestamp': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}}
    request['signature'] = ec2.Ec2Signer(made.secret).generate(request)
    answer = keystone.session.post(clients.auth_url(fake_cloud) + '/ec2tokens', json={'credentials': request})
    assert answer.json()['token']['project']['id'] == place.project.id
    person.ec2.delete(place.user.id, made.access)
    assert [item.access for item in person.ec2.list(place.user.id)] == []


def test_two_factors_with_a_receipt(keystone, place, fake_cloud):
    seed = base64.b32encode(secrets.token_bytes(20)).decode()
    keystone.credentials.create(place.user, 'totp', seed)
    keystone.users.update(place.user, options={'multi_factor_auth_rules': [['password', 'totp']],
                                               'multi_factor_auth_enabled': True})
    with pytest.raises(exceptions.auth.MissingAuthMethods) as missing:
        access(clients.login(fake_cloud, place.user, project_id=place.project.id))
    assert missing.value.required_auth_methods == [['password', 'totp']] and missing.value.receipt
    url, code = clients.auth_url(fake_cloud), _passcode(seed)
    proof = v3.TOTPMethod(user_id=place.user.id, passcode=code)
    finished = clients.connect(v3.Auth(url, [v3.ReceiptMethod(receipt=missing.value.receipt), proof],
                                       project_id=place.project.id))
    assert access(finished).project_id == place.project.id
    at_once = v3.MultiFactor(url, ['v3password', 'v3totp'], user_id=place.user.id, password=clients.PASSWORD,
                             passcode=_passcode(seed), project_id=place.project.id)
    body = keystone.tokens.get_token_data(access(clients.connect(at_once)).auth_token)
    assert set(body['token']['methods']) == {'password', 'totp'}, json.dumps(body)


def _passcode(seed):
    """What any authenticator shows; reckoned by another library than the cloud's own code."""
    return TOTP(base64.b32decode(seed), 6, hashes.SHA1(), 30).generate(int(time.time())).decode()
