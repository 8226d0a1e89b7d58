# SPDX-License-Identifier: Apache-2.0
"""What is told of changes and logins that came by OAuth or by v2.0."""
import base64

import pytest

PASSWORD = 'the-admin-secret'


@pytest.fixture
def identity(start, told):
    made = start(v2_enabled=True, notification_driver='log', notification_opt_out=[])
    made.admin_id, made.project(), told()
    return made


def kinds(heard):
    return [(kind, payload.get('resource_info')) for kind, payload in heard]


def test_delegation_is_told_step_by_step(identity, told):
    consumer, project = identity.consumer(), identity.project()
    told()
    asked = consumer.request_token(project)
    assert kinds(told()) == [('identity.OS-OAUTH1:request_token.created', asked[0])]
    verifier = identity.authorize(asked, 'member')
    told()
    answer = consumer.ask('/v3/OS-OAUTH1/access_token', asked, verifier=verifier)
    (kind, access), = kinds(told())
    assert kind == 'identity.OS-OAUTH1:access_token.created' and access in answer.text
    secret = answer.text.partition('oauth_token_secret=')[2].partition('&')[0]
    assert consumer.ask_login((access, secret)).status_int == 201
    heard = told()
    assert [(kind, payload['outcome'], payload['initiator']['user_id']) for kind, payload in heard] == [
        ('identity.authenticate', 'success', identity.admin_id)]
    assert secret not in str(heard) and verifier not in str(heard)
    identity.admin.delete('/v3/users/%s/OS-OAUTH1/access_tokens/%s' % (identity.admin_id, access))
    assert kinds(told()) == [('identity.OS-OAUTH1:access_token.deleted', access)]


def test_oauth2_is_a_login(identity, told):
    made = identity.admin.post('/v3/users/%s/application_credentials' % identity.admin_id, {
        'application_credential': {'name': 'robot'}}).json['application_credential']
    told()
    for secret, outcome in ((made['secret'], 'success'), ('wrong', 'failure')):
        header = 'Basic ' + base64.b64encode(('%s:%s' % (made['id'], secret)).encode()).decode()
        identity.anonymous.request('POST', '/v3/OS-OAUTH2/token', data=b'grant_type=client_credentials', headers={
            'Authorization': header, 'Content-Type': 'application/x-www-form-urlencoded'})
        (kind, payload), = told()
        assert kind == 'identity.authenticate' and payload['outcome'] == outcome


def test_v2_tells_as_v3_does(identity, told):
    admin = identity.admin
    for password, outcome in ((PASSWORD, 'success'), ('wrong', 'failure')):
        identity.anonymous.post('/v2.0/tokens', {'auth': {'passwordCredentials': {
            'username': 'admin', 'password': password}}})
        (kind, payload), = told()
        assert kind == 'identity.authenticate' and payload['outcome'] == outcome
    ids = {}
    for path, word, body in (('tenants', 'tenant', {'name': 't'}), ('users', 'user', {'name': 'u'}),
                             ('OS-KSADM/roles', 'role', {'name': 'r'}),
                             ('OS-KSADM/services', 'OS-KSADM:service', {'name': 's', 'type': 's'})):
        ids[word] = admin.post('/v2.0/' + path, {word: body}).json[word]['id']
        thing = {'tenant': 'project', 'OS-KSADM:service': 'service'}.get(word, word)
        assert kinds(told()) == [('identity.%s.created' % thing, ids[word])]
    grant = '/v2.0/tenants/{tenant}/users/{user}/roles/OS-KSADM/{role}'.format(**ids)
    for method, done in (('put', 'created'), ('delete', 'deleted')):
        assert getattr(admin, method)(grant).status_int in (200, 204)
        (kind, payload), = told()
        assert kind == 'identity.role_assignment.' + done
        assert (payload['project'], payload['user'], payload['role']) == (ids['tenant'], ids['user'], ids['role'])
    for path in ('/v2.0/users/%s' % ids['user'], '/v2.0/users/%s/OS-KSADM/enabled' % ids['user']):
        assert admin.put(path, {'user': {'enabled': True}}).status_int == 200
        assert kinds(told()) == [('identity.user.updated', ids['user'])]
    assert admin.post('/v2.0/tenants/' + ids['tenant'], {'tenant': {'name': 'n'}}).status_int == 200
    assert kinds(told()) == [('identity.project.updated', ids['tenant'])]
    for path in ('users/' + ids['user'], 'tenants/' + ids['tenant'], 'OS-KSADM/roles/' + ids['role']):
        assert admin.delete('/v2.0/' + path).status_int == 204
        assert [kind.rpartition('.')[2] for kind, _ in told()] == ['deleted']
