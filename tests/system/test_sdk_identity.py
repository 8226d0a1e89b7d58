# SPDX-License-Identifier: Apache-2.0
"""openstacksdk drives every resource of identity through its own proxy."""
import contextlib
import uuid

import openstack
import pytest
from keystoneauth1 import exceptions as keystoneauth
from openstack import exceptions

from . import keystone as clients

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope='module')
def sdk(fake_cloud):
    return fake_cloud.connect().identity


@pytest.fixture
def place(fake_cloud):
    with clients.place(clients.admin(fake_cloud)) as place:
        yield place


@pytest.fixture
def person(fake_cloud, place):
    """An SDK connection as the place's user."""
    return openstack.connect(load_yaml_config=False, load_envvars=False, region_name='RegionOne', auth={
        'auth_url': clients.auth_url(fake_cloud), 'user_id': place.user.id, 'password': clients.PASSWORD,
        'project_id': place.project.id})


@pytest.fixture
def service(sdk):
    service = sdk.create_service(name='sdk-stars', type='astrology')
    yield service
    sdk.delete_service(service)


@pytest.fixture
def endpoint(sdk, service):
    endpoint = sdk.create_endpoint(service_id=service.id, url='http://127.0.0.1:9', interface='public')
    yield endpoint
    sdk.delete_endpoint(endpoint)


def ids(things):
    return {thing.id for thing in things}


def life(sdk, kind, changes, **attributes):
    """Made, changed, shown, listed, found and deleted."""
    make, get, update, delete = (getattr(sdk, '%s_%s' % (verb, kind)) for verb in ('create', 'get', 'update', 'delete'))
    made = make(**attributes)
    try:
        assert all(getattr(made, name) == value for name, value in attributes.items())
        changed = update(made.id, **changes)
        shown = get(made.id)
        for name, value in changes.items():
            assert getattr(changed, name) == getattr(shown, name) == value
        listed = getattr(sdk, {'policy': 'policies', 'registered_limit': 'registered_limits'}.get(kind, kind + 's'))
        assert made.id in ids(listed())
        if hasattr(sdk, 'find_' + kind):
            assert getattr(sdk, 'find_' + kind)(getattr(shown, 'name', None) or made.id).id == made.id
    finally:
        delete(made.id, ignore_missing=False)
    with pytest.raises(exceptions.NotFoundException):
        get(made.id)


def test_domains(sdk):
    name = 'sdk-' + uuid.uuid4().hex[:8]
    life(sdk, 'domain', {'name': name + '-2', 'is_enabled': False}, name=name, description='one')


@pytest.mark.parametrize('kind, attributes, changes', [
    ('project', {'description': 'one', 'tags': ['a']}, {'is_enabled': False, 'name': 'sdk-two'}),
    ('user', {'description': 'one', 'email': 'a@example.org'}, {'email': 'b@example.org', 'is_enabled': False}),
    ('group', {'description': 'one'}, {'name': 'sdk-two'}),
    ('role', {'description': 'one'}, {'name': 'sdk-two'}),
])
def test_what_a_domain_holds(sdk, place, kind, attributes, changes):
    listed = getattr(sdk, kind + 's')
    with _only(sdk, kind, place, listed):
        life(sdk, kind, changes, name='sdk-one', domain_id=place.domain.id, **attributes)


@contextlib.contextmanager
def _only(sdk, kind, place, listed):
    """Roles of domains are listed with their domain alone."""
    if kind == 'role':
        sdk.roles = lambda **query: listed(**{'domain_id': place.domain.id, **query})
        sdk.find_role = lambda name: next(role for role in sdk.roles() if role.name == name)
    try:
        yield
    finally:
        if kind == 'role':
            del sdk.roles, sdk.find_role


@pytest.mark.parametrize('kind, attributes, changes', [
    ('region', {'id': 'sdk-region', 'description': 'one'}, {'description': 'two'}),
    ('service', {'name': 'sdk-one', 'type': 'astrology'}, {'name': 'sdk-two', 'is_enabled': False}),
    ('role', {'name': 'sdk-one', 'description': 'one'}, {'name': 'sdk-two'}),
    ('policy', {'blob': 'one', 'type': 'text/plain'}, {'blob': 'two'}),
])
def test_what_the_cloud_holds(sdk, kind, attributes, changes):
    life(sdk, kind, changes, **attributes)


def test_endpoints_and_groups_of_them(sdk, service, place):
    life(sdk, 'endpoint', {'url': 'http://127.0.0.1:9/b', 'is_enabled': False}, service_id=service.id,
         interface='internal', url='http://127.0.0.1:9/a')
    life(sdk, 'endpoint_group', {'name': 'sdk-two'}, name='sdk-one', filters={'service_id': service.id})


def test_endpoints_of_projects(sdk, service, endpoint, place):
    sdk.associate_endpoint_with_project(place.project.id, endpoint.id)
    assert ids(sdk.project_endpoints(place.project.id)) == {endpoint.id}
    assert ids(sdk.endpoint_projects(endpoint.id)) == {place.project.id}
    sdk.disassociate_endpoint_from_project(place.project.id, endpoint.id)
    assert ids(sdk.endpoint_projects(endpoint.id)) == set()
    group = sdk.create_endpoint_group(name='sdk', filters={'service_id': service.id})
    sdk.associate_project_with_endpoint_group(group.id, place.project.id)
    assert ids(sdk.endpoint_group_endpoints(group.id)) == {endpoint.id}
    assert ids(sdk.endpoint_group_projects(group.id)) == {place.project.id}
    assert ids(sdk.project_endpoint_groups(place.project.id)) == {group.id}
    sdk.disassociate_project_from_endpoint_group(group.id, place.project.id)
    sdk.delete_endpoint_group(group, ignore_missing=False)


def test_groups_have_members(sdk, place):
    user, group = place.user.id, place.group.id
    sdk.add_user_to_group(user, group)
    assert sdk.check_user_in_group(user, group) and ids(sdk.group_users(group)) == {user}
    assert ids(sdk.user_groups(user)) == {group}
    sdk.remove_user_from_group(user, group)
    assert not sdk.check_user_in_group(user, group)


@pytest.mark.parametrize('actor', ['user', 'group'])
@pytest.mark.parametrize('scope', ['domain', 'project', 'system'])
def test_assignments(sdk, place, actor, scope):
    role = sdk.find_role('reader').id
    who, where = getattr(place, actor).id, 'all' if scope == 'system' else getattr(place, scope).id
    named = (who, role, where) if scope == 'system' else (where, who, role)
    has = getattr(sdk, 'validate_%s_has_%s_role' % (actor, scope))
    getattr(sdk, 'assign_%s_role_to_%s' % (scope, actor))(*named)
    assert has(*named)
    listed = sdk.role_assignments(**{actor + '_id': who, 'role_id': role, 'include_names': True})
    assert [item.role['name'] for item in listed] == ['reader']
    assert role in ids(sdk.role_assignments_filter(**{actor: who, scope: where}))
    getattr(sdk, 'unassign_%s_role_from_%s' % (scope, actor))(*named)
    assert not has(*named)


def test_effective_assignments(sdk, place):
    found = sdk.role_assignments(user_id=place.user.id, scope_project_id=place.project.id, effective=True,
                                 include_names=True)
    assert {item.role['name'] for item in found} == {'member', 'reader'}
    assert ids(sdk.user_projects(place.user.id)) == {place.project.id}


def test_limits(sdk, service, place):
    registered = sdk.create_registered_limit(service_id=service.id, resource_name='stars', default_limit=10)
    assert sdk.update_registered_limit(registered, default_limit=11).default_limit == 11
    assert sdk.get_registered_limit(registered.id).resource_name == 'stars'
    assert registered.id in ids(sdk.registered_limits(service_id=service.id))
    limit = sdk.create_limit(service_id=service.id, project_id=place.project.id, resource_name='stars',
                             resource_limit=3)
    assert sdk.update_limit(limit, resource_limit=4).resource_limit == sdk.get_limit(limit.id).resource_limit == 4
    assert ids(sdk.limits(project_id=place.project.id)) == {limit.id}
    sdk.delete_limit(limit, ignore_missing=False)
    sdk.delete_registered_limit(registered, ignore_missing=False)


def test_credentials(sdk, place):
    life(sdk, 'credential', {'blob': 'two'}, user_id=place.user.id, type='cert', blob='one')


def test_application_credentials(person, place):
    sdk, user = person.identity, place.user.id
    made = sdk.create_application_credential(user, 'sdk', description='robot', roles=[{'name': 'member'}], access_rules=[
        {'service': 'compute', 'method': 'GET', 'path': '/v2.1/servers'}])
    assert made.secret and sdk.get_application_credential(user, made.id).description == 'robot'
    assert sdk.find_application_credential(user, 'sdk').id == made.id
    assert ids(sdk.application_credentials(user)) == {made.id}
    rule, = sdk.access_rules(user)
    assert sdk.get_access_rule(user, rule.id).path == '/v2.1/servers'
    sdk.delete_application_credential(user, made.id, ignore_missing=False)
    sdk.delete_access_rule(user, rule.id, ignore_missing=False)
    assert list(sdk.access_rules(user)) == []


def test_trusts(person, sdk, place):
    friend = sdk.create_user(name='sdk-friend', domain_id=place.domain.id)
    made = person.identity.create_trust(trustor_user_id=place.user.id, trustee_user_id=friend.id,
                                        project_id=place.project.id, is_impersonation=False,
                                        roles=[{'name': 'member'}], allow_redelegation=False)
    assert person.identity.get_trust(made.id).trustee_user_id == friend.id
    assert ids(person.identity.trusts(trustor_user_id=place.user.id)) == {made.id}
    person.identity.delete_trust(made.id, ignore_missing=False)
    with pytest.raises(exceptions.NotFoundException):
        person.identity.get_trust(made.id)


def test_domain_configuration(sdk, place):
    made = sdk.create_domain_config(place.domain.id, identity={'driver': 'ldap'}, ldap={'url': 'ldap://127.0.0.1'})
    assert made.ldap.url == 'ldap://127.0.0.1'
    sdk.update_domain_config(place.domain.id, ldap={'url': 'ldap://127.0.0.2'})
    assert sdk.get_domain_config(place.domain.id).ldap.url == 'ldap://127.0.0.2'
    sdk.delete_domain_config(place.domain.id, ignore_missing=False)


def test_passwords_and_tokens(person, sdk, place):
    token = person.session.get_token()
    assert sdk.check_token(token) and sdk.validate_token(token).user['id'] == place.user.id
    assert not sdk.validate_token(token, nocatalog=True).catalog
    person.identity.update_password(place.user.id, clients.PASSWORD, 'Sesame-5')
    assert not sdk.check_token(token)
    person.session.auth.invalidate()
    with pytest.raises(keystoneauth.Unauthorized):
        person.session.get_token()


def test_revoking(person, sdk):
    token = person.session.get_token()
    sdk.revoke_token(token)
    assert not sdk.check_token(token)


def test_who_may_not(person, place):
    for forbidden in (lambda: list(person.identity.users()), lambda: person.identity.create_domain(name='no'),
                      lambda: list(person.identity.services())):
        with pytest.raises(exceptions.ForbiddenException):
            forbidden()
