# SPDX-License-Identifier: Apache-2.0
"""The clients that people use for delegation, over HTTP: keystoneauth1's plugins, keystoneclient, keystonemiddleware."""
import requests
from keystoneauth1 import exceptions
from keystoneauth1 import session as sessions
from keystoneauth1.extras.oauth1 import V3OAuth1
from keystoneauth1.identity import v3
from keystoneclient.v3 import client as keystoneclient
from keystonemiddleware import oauth2_token
import pytest
import webob

PASSWORD = 'the-admin-secret'


def password(url, **more):
    named = {'username': 'admin', 'user_domain_id': 'default', 'project_name': 'admin', 'project_domain_id': 'default'}
    return v3.Password(url + '/v3', password=PASSWORD, **{**named, **more})


@pytest.fixture
def served(serve):
    return serve()


def test_keystoneclient_delegates_and_keystoneauth1_logs_in(served):
    identity, url = served
    client = keystoneclient.Client(session=sessions.Session(auth=password(url)))
    consumer = client.oauth1.consumers.create(description='for tests')
    asked = client.oauth1.request_tokens.create(consumer.id, consumer.secret, identity.project())
    verifier = client.oauth1.request_tokens.authorize(asked.key, [identity.role('member')]).oauth_verifier
    access = client.oauth1.access_tokens.create(consumer.id, consumer.secret, asked.key, asked.secret, verifier)
    session = sessions.Session(auth=V3OAuth1(url + '/v3', consumer.id, consumer.secret, access.key, access.secret))
    assert session.auth.get_access(session).role_names == ['member', 'reader']
    assert session.get_project_id() == identity.project()
    client.oauth1.consumers.delete(consumer.id)
    session.invalidate()
    with pytest.raises(exceptions.NotFound):
        session.get_token()


@pytest.fixture
def credential(served):
    identity, _ = served
    return identity.admin.post('/v3/users/%s/application_credentials' % identity.admin_id, {
        'application_credential': {'name': 'robot', 'roles': [{'name': 'member'}]}}).json['application_credential']


def plugin(url, client_id, secret):
    return v3.OAuth2ClientCredential(auth_url=url + '/v3', oauth2_endpoint=url + '/v3/OS-OAUTH2/token',
                                     oauth2_client_id=client_id, oauth2_client_secret=secret)


def test_the_oauth2_plugin_gets_tokens(served, credential):
    _, url = served
    session = sessions.Session(auth=plugin(url, credential['id'], credential['secret']))
    headers = session.get_auth_headers()
    assert headers['Authorization'].startswith('Bearer ') and headers['X-Auth-Token']
    wrong = sessions.Session(auth=plugin(url, credential['id'], 'wrong'))
    with pytest.raises(exceptions.Unauthorized):
        wrong.get_auth_headers()


def test_the_oauth2_filter_lets_its_tokens_through(served, credential):
    identity, url = served
    app = oauth2_token.filter_factory({}, auth_type='password', auth_url=url, username='praline', password=PASSWORD,
                                      user_domain_id='default', project_name='service', project_domain_id='default',
                                      www_authenticate_uri=url)(
        lambda environ, start: webob.Response(json={'roles': environ['HTTP_X_ROLES']})(environ, start))
    token = requests.post(url + '/v3/OS-OAUTH2/token', {'grant_type': 'client_credentials'},
                          auth=(credential['id'], credential['secret']), timeout=30).json()['access_token']

    def ask(token):
        return webob.Request.blank('/', headers={'Authorization': 'Bearer ' + token}).get_response(app)
    assert ask(token).json == {'roles': 'member,reader'}
    assert ask('nonsense').status_int == 401
    assert identity.admin.delete('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 204
    assert webob.Request.blank('/').get_response(app).status_int == 401
