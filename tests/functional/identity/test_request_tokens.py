# SPDX-License-Identifier: Apache-2.0
"""POST /v3/OS-OAUTH1/request_token and PUT /v3/OS-OAUTH1/authorize/{id}."""
import time
import urllib.parse

import pytest
import sqlalchemy as sa

from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import nonces
from praline_identity.db import request_tokens

PATH = '/v3/OS-OAUTH1/request_token'


@pytest.fixture
def consumer(identity):
    return identity.consumer()


def authorize(client, token, *roles):
    return client.put('/v3/OS-OAUTH1/authorize/' + token[0], {'roles': list(roles)})


def test_a_consumer_gets_one_for_a_project(identity, consumer):
    answer = consumer.ask_request_token(identity.project())
    values = dict(urllib.parse.parse_qsl(answer.text))
    assert answer.status_int == 201 and answer.content_type == 'application/x-www-form-urlencoded'
    assert set(values) == {'oauth_token', 'oauth_token_secret', 'oauth_expires_at'}
    assert clock.read(values['oauth_expires_at']) > clock.now() + 28000 * clock.SECOND


def test_without_an_end_none_is_told(start):
    identity = start(request_token_seconds=0)
    assert 'oauth_expires_at' not in identity.consumer().ask_request_token(identity.project()).text


@pytest.mark.parametrize('method', ['HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA512'])
def test_every_keyed_hash_may_sign(identity, consumer, method):
    assert consumer.ask_request_token(identity.project(), signature_method=method).status_int == 201


def test_a_secret_in_the_clear_is_not_a_signature(identity, consumer):
    answer = consumer.ask_request_token(identity.project(), signature_method='PLAINTEXT')
    assert answer.status_int == 400 and 'oauth_signature_method' in answer.json['error']['message']


@pytest.mark.parametrize('url', ['https://localhost/identity' + PATH, 'http://elsewhere/identity' + PATH,
                                 'http://localhost/identity/v3/OS-OAUTH1/access_token'])
def test_another_url_was_signed(identity, consumer, url):
    answer = consumer.ask_request_token(identity.project(), url=url)
    assert answer.status_int == 401 and answer.json['error']['message'] == 'Invalid signature'


def test_a_wrong_secret_and_unknown_names(identity, consumer):
    assert consumer.ask_request_token('f' * 32).status_int == 404
    consumer.secret = 'wrong'
    assert consumer.ask_request_token(identity.project()).status_int == 401
    # Who cannot sign is not told whether a project is there.
    assert consumer.ask_request_token('f' * 32).status_int == 401
    consumer.key = 'f' * 32
    assert consumer.ask_request_token(identity.project()).status_int == 404


def test_a_request_is_answered_once(identity, consumer):
    headers = {**consumer.signed(PATH), 'Requested-Project-Id': identity.project()}
    assert identity.anonymous.post(PATH, headers=headers).status_int == 201
    again = identity.anonymous.post(PATH, headers=headers)
    assert again.status_int == 401 and again.json['error']['message'] == 'Nonce already used'


def test_an_old_signature_is_refused_and_its_nonce_forgotten(identity, consumer):
    for moment, status in ((time.time() - 700, 400), (time.time() + 700, 400), (time.time() - 500, 201)):
        answer = consumer.ask_request_token(identity.project(), timestamp=str(int(moment)))
        assert answer.status_int == status, answer.text
    with identity.runtime.db.write() as conn:
        assert nonces.forget(conn) == 0
        conn.execute(sa.update(models.nonces).values(expires_at=clock.now() - 1))
        assert nonces.forget(conn) == 1


@pytest.mark.parametrize('header, named', [
    (None, 'Authorization'), ('Basic eDp5', 'Malformed'), ('OAuth oauth_version="1.0"', 'oauth_consumer_key'),
    ('OAuth oauth_consumer_key="x", oauth_timestamp="1", oauth_signature="s", oauth_signature_method="HMAC-SHA1"',
     'oauth_nonce'),
    ('OAuth oauth_consumer_key="x", oauth_nonce="n", oauth_timestamp="1", oauth_signature="s", '
     'oauth_signature_method="HMAC-SHA1"', 'oauth_timestamp'),
    ('OAuth oauth_consumer_key="x", oauth_nonce="n", oauth_timestamp="1000000000", oauth_signature="s", '
     'oauth_signature_method="HMAC-SHA1", oauth_version="2.0"', 'oauth_version')])
def test_a_malformed_request_is_400_naming_what_is_wrong(identity, header, named):
    headers = {'Requested-Project-Id': 'p', **({'Authorization': header} if header else {})}
    answer = identity.anonymous.post(PATH, headers=headers)
    assert answer.status_int == 400 and named in answer.json['error']['message']


def test_without_a_project_it_is_400(identity, consumer):
    answer = consumer.ask(PATH)
    assert answer.status_int == 400 and 'Requested-Project-Id' in answer.json['error']['message']
    assert identity.anonymous.get(PATH).status_int == 405


def test_secrets_are_sealed(identity, consumer):
    token = consumer.request_token(identity.project())
    verifier = identity.authorize(token, 'member')
    with identity.runtime.db.read() as conn:
        row = request_tokens.get(conn, token[0])
    assert token[1] not in str(row) and verifier not in str(row)
    assert len(verifier) == 8 and verifier.isalnum() and not set(verifier) & set('jiIl1oO0')


def test_roles_are_named_by_id_or_name_and_must_be_held(identity, consumer):
    token = consumer.request_token(identity.project())
    identity.make('roles', 'role', name='other')
    admin = identity.admin
    assert authorize(admin, token, {'id': identity.role('admin')}, {'name': 'reader'}).status_int == 200
    assert authorize(admin, token, {'id': identity.role('other')}).status_int == 401
    assert authorize(admin, token, {'name': 'other'}).status_int == 401
    assert authorize(admin, token, {'id': 'f' * 32}).status_int == 401
    assert authorize(admin, token, {'name': 'nothing'}).status_int == 404
    assert authorize(admin, ('f' * 32, ''), {'name': 'member'}).status_int == 404
    for wrong in ({'fake': 'x'}, {}, 'member', {'id': 'x', 'name': 'y'}, {'id': 7}):
        assert authorize(admin, token, wrong).status_int == 400


def test_only_an_administrator_authorizes_and_not_with_what_was_lent(identity, consumer):
    token = consumer.request_token(identity.project())
    member = identity.person('mia', 'member')
    assert authorize(member, token, {'name': 'member'}).status_int == 403
    assert authorize(identity.anonymous, token, {'name': 'member'}).status_int == 401
    lent = identity.as_(consumer.ask_login(consumer.access_token(identity.project(), 'admin')).headers['X-Subject-Token'])
    answer = authorize(lent, token, {'name': 'member'})
    assert answer.status_int == 403 and 'delegation' in answer.json['error']['message']


def test_an_expired_one_is_not_authorized_and_then_forgotten(start):
    identity = start(request_token_seconds=1)
    token = identity.consumer().request_token(identity.project())
    with identity.runtime.db.write() as conn:
        request_tokens.save(conn, token[0], {'expires_at': clock.now() - 1})
    answer = authorize(identity.admin, token, {'name': 'member'})
    assert answer.status_int == 401 and answer.json['error']['message'] == 'Request token is expired'
    with identity.runtime.db.write() as conn:
        assert request_tokens.forget(conn) == 1
