# SPDX-License-Identifier: Apache-2.0
"""POST /v3/OS-OAUTH2/token: client credentials, and what RFC 6749 says of errors."""
import base64
import urllib.parse

import pytest

from praline_identity import clock

PATH, FORM = '/v3/OS-OAUTH2/token', 'application/x-www-form-urlencoded'
GRANT = {'grant_type': 'client_credentials'}


def credential(identity, **more):
    """An application credential of the administrator."""
    answer = identity.admin.post('/v3/users/%s/application_credentials' % identity.admin_id, {
        'application_credential': {'name': 'robot', 'roles': [{'name': 'member'}], **more}})
    assert answer.status_int == 201, answer.text
    return answer.json['application_credential']


def basic(client_id, secret):
    return {'Authorization': 'Basic ' + base64.b64encode(('%s:%s' % (client_id, secret)).encode()).decode()}


def ask(identity, form, headers=(), kind=FORM):
    data = urllib.parse.urlencode(form).encode()
    return identity.anonymous.request('POST', PATH, data=data, headers={'Content-Type': kind, **dict(headers)})


def test_an_application_credential_is_a_client(identity):
    made = credential(identity)
    answer = ask(identity, GRANT, basic(made['id'], made['secret']))
    assert answer.status_int == 200 and answer.content_type == 'application/json'
    assert answer.json == {'access_token': answer.json['access_token'], 'token_type': 'Bearer', 'expires_in': 3600}
    assert answer.headers['Cache-Control'] == 'no-store'
    token = identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': answer.json['access_token']}).json['token']
    assert token['methods'] == ['application_credential'] and token['application_credential']['id'] == made['id']
    assert [role['name'] for role in token['roles']] == ['member', 'reader']


def test_the_client_may_name_itself_in_the_form(identity):
    made = credential(identity)
    form = {**GRANT, 'client_id': made['id'], 'client_secret': made['secret']}
    assert ask(identity, form).status_int == 200
    # The header counts when both are there.
    assert ask(identity, form, basic(made['id'], 'wrong')).status_int == 401


def test_a_token_ends_with_its_credential(identity):
    end = clock.now() // clock.SECOND * clock.SECOND + 60 * clock.SECOND
    made = credential(identity, expires_at=clock.show(end))
    assert ask(identity, GRANT, basic(made['id'], made['secret'])).json['expires_in'] <= 60


@pytest.mark.parametrize('form, status, word, text', [
    ({}, 400, 'invalid_request', 'The parameter grant_type is required.'),
    ({'grant_type': 'password'}, 400, 'unsupported_grant_type', 'The parameter grant_type password is not supported.'),
    (GRANT, 401, 'invalid_client', 'Client authentication failed.'),
    ({**GRANT, 'client_id': 'x'}, 401, 'invalid_client', 'Client authentication failed.'),
    ({**GRANT, 'client_id': 'x', 'client_secret': 'y'}, 401, 'invalid_client', 'authentication')])
def test_errors_look_as_oauth2_says(identity, form, status, word, text):
    answer = ask(identity, form)
    assert answer.status_int == status and set(answer.json) == {'error', 'error_description'}
    assert answer.json['error'] == word and text in answer.json['error_description']
    assert ('WWW-Authenticate' in answer.headers) == (status == 401)


@pytest.mark.parametrize('header', ['Basic !!!', 'Basic eA==', 'Basic /w==', 'Bearer x', 'Basic'])
def test_a_header_that_says_no_client_is_an_invalid_client(identity, header):
    answer = ask(identity, GRANT, {'Authorization': header})
    assert answer.status_int == 401 and answer.json['error'] == 'invalid_client'


def test_json_says_nothing_and_other_methods_are_not_allowed(identity):
    assert identity.anonymous.post(PATH, GRANT).json['error'] == 'invalid_request'
    broken = identity.anonymous.request('POST', PATH, data=b'grant_type=%ff', headers={'Content-Type': FORM})
    assert broken.status_int == 400 and broken.json['error'] == 'invalid_request'
    for method in ('GET', 'PUT', 'PATCH', 'DELETE'):
        answer = identity.anonymous.request(method, PATH)
        assert answer.status_int == 405 and answer.json['error'] == 'other_error', method
        assert answer.headers['Allow'] == 'POST'
    assert identity.anonymous.head(PATH).status_int == 405


def test_a_method_may_be_closed(start):
    identity = start(oauth2_authn_methods=['tls_client_auth'])
    made = credential(identity)
    assert ask(identity, GRANT, basic(made['id'], made['secret'])).status_int == 401
