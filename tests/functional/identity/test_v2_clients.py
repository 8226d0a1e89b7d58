# SPDX-License-Identifier: Apache-2.0
"""Old clients against /v2.0 over HTTP: keystoneauth1's v2 plugins and python-keystoneclient's v2_0 client."""
from keystoneauth1 import discover
from keystoneauth1 import exceptions
from keystoneauth1 import session as sessions
from keystoneauth1.identity import v2
from keystoneclient.v2_0 import client as keystoneclient
import pytest

PASSWORD = 'the-admin-secret'


@pytest.fixture
def served(serve):
    return serve(v2_enabled=True)


@pytest.fixture
def client(served):
    _, url = served
    auth = v2.Password(url + '/v2.0', username='admin', password=PASSWORD, tenant_name='admin')
    return keystoneclient.Client(session=sessions.Session(auth=auth))


def test_keystoneauth1_logs_in_by_password_token_and_trust(served):
    identity, url = served
    session = sessions.Session(auth=v2.Password(url + '/v2.0', username='admin', password=PASSWORD, tenant_name='admin'))
    access = session.auth.get_access(session)
    assert access.username == 'admin' and access.tenant_name == 'admin' and 'admin' in access.role_names
    assert session.get_endpoint(service_type='compute', interface='public').endswith('/compute/v2.1')
    unscoped = v2.Password(url + '/v2.0', username='admin', password=PASSWORD).get_access(session)
    again = v2.Token(url + '/v2.0', unscoped.auth_token, tenant_id=identity.project()).get_access(session)
    assert again.expires == unscoped.expires and again.project_scoped and not unscoped.project_scoped
    found = discover.Discover(session, url, authenticated=False)
    assert {data['version'][0] for data in found.version_data(allow_deprecated=True)} == {2, 3}
    member = identity.person('mia', 'member')
    trust = member.post('/v3/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': member.user_id, 'trustee_user_id': identity.admin_id, 'impersonation': False,
        'project_id': identity.project(), 'roles': [{'name': 'reader'}]}}).json['trust']['id']
    lent = v2.Token(url + '/v2.0', unscoped.auth_token, tenant_name='admin', trust_id=trust).get_access(session)
    assert lent.trust_id == trust and lent.role_names == ['reader']
    with pytest.raises(exceptions.Unauthorized):
        v2.Password(url + '/v2.0', username='admin', password='wrong').get_access(session)


def test_keystoneclient_administers_tenants_users_and_roles(client):
    tenant = client.tenants.create('cli', description='d')
    assert client.tenants.get(tenant.id).name == 'cli' and tenant in client.tenants.list()
    assert client.tenants.update(tenant.id, description='e').description == 'e'
    user = client.users.create('cli', password='pw', email='cli@example.org', tenant_id=tenant.id)
    assert user.tenantId == tenant.id and client.users.get(user.id).email == 'cli@example.org'
    client.users.update_enabled(user, False)
    client.users.update_enabled(user, True)
    client.users.update_password(user, 'other')
    role = client.roles.create('cli')
    client.roles.add_user_role(user, role, tenant)
    assert {'cli', 'member'} <= {one.name for one in client.roles.roles_for_user(user, tenant)}
    client.roles.remove_user_role(user, role, tenant)
    assert [one.id for one in client.tenants.list_users(tenant)] == [user.id]
    with pytest.raises(exceptions.Conflict):
        client.tenants.create('cli')
    client.roles.delete(role)
    client.users.delete(user)
    client.tenants.delete(tenant)
    with pytest.raises(exceptions.NotFound):
        client.tenants.get(tenant.id)


def test_keystoneclient_asks_about_tokens_services_and_extensions(client):
    token = client.tokens.authenticate(username='admin', password=PASSWORD, tenant_name='admin')
    assert client.tokens.validate(token.id).user['name'] == 'admin'
    client.tokens.delete(token.id)
    with pytest.raises(exceptions.NotFound):
        client.tokens.validate(token.id)
    service = client.services.create('stars', 'astrology', 'd')
    endpoint = client.endpoints.create('RegionOne', service.id, 'http://127.0.0.1:9/stars')
    assert service in client.services.list() and endpoint.id in {one.id for one in client.endpoints.list()}
    client.endpoints.delete(endpoint.id)
    client.services.delete(service.id)
    with pytest.raises(exceptions.NotFound):
        client.services.get(service.id)


def test_a_user_changes_the_own_password(served, client):
    _, url = served
    tenant = client.tenants.list()[0]
    client.users.create('ann', password='the-old-secret', tenant_id=tenant.id)
    auth = v2.Password(url + '/v2.0', username='ann', password='the-old-secret', tenant_id=tenant.id)
    ann = keystoneclient.Client(session=sessions.Session(auth=auth))
    ann.user_id = auth.get_access(ann.session).user_id
    ann.users.update_own_password('the-old-secret', 'the-new-secret')
    v2.Password(url + '/v2.0', username='ann', password='the-new-secret').get_access(ann.session)
