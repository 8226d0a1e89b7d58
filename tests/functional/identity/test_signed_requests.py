# SPDX-License-Identifier: Apache-2.0
"""POST /v3/ec2tokens and /v3/s3tokens."""
import base64
import datetime
import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from praline_identity import clock


@pytest.fixture
def member(identity):
    client = identity.person('mia', 'member')
    client.project, = (row['id'] for row in client.get('/v3/auth/projects').json['projects'])
    made = client.post('/v3/users/%s/credentials/OS-EC2' % client.user_id, {'tenant_id': client.project})
    client.access, client.secret = made.json['credential']['access'], made.json['credential']['secret']
    return client


def signed(member, moment=None, host='ec2.cloud:8773'):
    """A version 2 request, signed as the documentation of EC2 says."""
    params = {'Action': 'DescribeInstances', 'SignatureVersion': '2', 'SignatureMethod': 'HmacSHA256',
              'AWSAccessKeyId': member.access, 'Timestamp': moment or clock.show(clock.now())}
    text = 'GET\n%s\n/services\n%s' % (host, urlencode(sorted(params.items())))
    signature = base64.b64encode(hmac.digest(member.secret.encode(), text.encode(), 'sha256')).decode()
    return {'access': member.access, 'signature': signature, 'host': 'ec2.cloud:8773', 'verb': 'GET',
            'path': '/services', 'params': params}


def ask(identity, given, path='ec2tokens'):
    return identity.admin.post('/v3/' + path, {'credentials': given})


@pytest.mark.parametrize('host', ['ec2.cloud:8773', 'ec2.cloud'])
def test_a_signed_request_gives_a_token_of_its_owner(identity, member, host):
    answer = ask(identity, signed(member, host=host))
    token = answer.json['token']
    assert answer.status_int == 200 and token['user']['id'] == member.user_id
    assert token['project']['id'] == member.project and token['methods'] == ['ec2credential']
    assert identity.as_(answer.headers['X-Subject-Token']).get('/v3/auth/projects').status_int == 200


def test_wrong_old_and_unknown_ones_are_refused(identity, member):
    good = signed(member)
    assert ask(identity, {**good, 'signature': 'x'}).status_int == 401
    assert ask(identity, {**good, 'path': '/other'}).status_int == 401
    assert ask(identity, {name: value for name, value in good.items() if name != 'signature'}).status_int == 401
    assert ask(identity, {**good, 'params': {}}).status_int == 401
    assert ask(identity, {**good, 'access': 'nobody'}).status_int == 404
    assert ask(identity, {}).status_int == 401
    old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=16)
    assert ask(identity, signed(member, old.strftime('%Y-%m-%dT%H:%M:%SZ'))).status_int == 401
    assert member.post('/v3/ec2tokens', {'credentials': good}).status_int == 403
    assert identity.anonymous.post('/v3/ec2tokens', {'credentials': good}).status_int == 401
    assert identity.person('svc', 'service').post('/v3/ec2tokens', {'credentials': good}).status_int == 200


def test_version_4(identity, member):
    moment = datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    scope = moment[:8] + '/region/ec2/aws4_request'
    canonical = 'GET\n/\n\nhost:ec2.cloud\nx-amz-date:%s\n\nhost;x-amz-date\n%s' % (
        moment, hashlib.sha256(b'').hexdigest())
    text = 'AWS4-HMAC-SHA256\n%s\n%s\n%s' % (moment, scope, hashlib.sha256(canonical.encode()).hexdigest())
    key = ('AWS4' + member.secret).encode()
    for part in scope.split('/'):
        key = hmac.digest(key, part.encode(), 'sha256')
    signature = hmac.new(key, text.encode(), 'sha256').hexdigest()
    given = {'access': member.access, 'signature': signature, 'host': 'ec2.cloud', 'verb': 'GET', 'path': '/',
             'params': {}, 'headers': {'Host': 'ec2.cloud', 'X-Amz-Date': moment, 'Authorization': (
                 'AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=host;x-amz-date,Signature=%s'
                 % (member.access, scope, signature))}}
    assert ask(identity, given).status_int == 200
    assert ask(identity, {**given, 'signature': signature[::-1]}).status_int == 401


def test_s3(identity, member):
    text = b'GET\n\n\nThu, 17 Nov 2026 18:49:58 GMT\n/bucket'
    signature = base64.b64encode(hmac.digest(member.secret.encode(), text, 'sha1')).decode()
    given = {'access': member.access, 'signature': signature, 'token': base64.urlsafe_b64encode(text).decode()}
    assert ask(identity, given, 's3tokens').json['token']['user']['id'] == member.user_id
    assert ask(identity, {**given, 'token': base64.urlsafe_b64encode(text + b'x').decode()}, 's3tokens').status_int == 401
    assert ask(identity, {**given, 'token': '\u20ac'}, 's3tokens').status_int == 401


def test_keys_made_through_an_application_credential_stay_as_narrow(identity, member):
    made = member.post('/v3/users/%s/application_credentials' % member.user_id, {'application_credential': {
        'name': 'app', 'roles': [{'name': 'reader'}], 'unrestricted': True}}).json['application_credential']
    login = identity.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'],
        'application_credential': {'id': made['id'], 'secret': made['secret']}}}})
    client = identity.as_(login.headers['X-Subject-Token'])
    blob = '{"access": "narrow", "secret": "s"}'
    assert client.post('/v3/credentials', {'credential': {
        'user_id': member.user_id, 'project_id': member.project, 'type': 'ec2', 'blob': blob}}).status_int == 201
    member.access, member.secret = 'narrow', 's'
    token = ask(identity, signed(member)).json['token']
    assert [role['name'] for role in token['roles']] == ['reader']
    member.delete('/v3/users/%s/application_credentials/%s' % (member.user_id, made['id']))
    assert ask(identity, signed(member)).status_int == 401
