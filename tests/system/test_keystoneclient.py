# SPDX-License-Identifier: Apache-2.0
"""python-keystoneclient drives every resource of identity: who there is, and who may do what."""
import pytest
from keystoneauth1 import exceptions

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


def test_domains(keystone, place):
    other = keystone.domains.create('kc-domain', description='first')
    assert other.enabled and keystone.domains.get(other).description == 'first'
    assert keystone.domains.update(other, name='kc-renamed', description='then').name == 'kc-renamed'
    assert {other.id, place.domain.id} <= ids(keystone.domains.list())
    assert ids(keystone.domains.list(name='kc-renamed', enabled=True)) == {other.id}
    assert keystone.domains.find(name='kc-renamed').id == other.id
    with pytest.raises(exceptions.Forbidden):
        keystone.domains.delete(other)
    with pytest.raises(exceptions.Conflict):
        keystone.domains.create('kc-renamed')
    keystone.domains.update(other, enabled=False)
    keystone.domains.delete(other)
    assert gone(keystone.domains, other)


def test_projects_nest(keystone, place, fake_cloud):
    child = keystone.projects.create('child', place.domain, parent=place.project, description='inner', colour='red')
    grand = keystone.projects.create('grand', place.domain, parent=child, options={'immutable': None})
    assert (child.parent_id, child.colour) == (place.project.id, 'red')
    assert ids(keystone.projects.list(parent=place.project)) == {child.id}
    assert ids(keystone.projects.list(domain=place.domain)) == {place.project.id, child.id, grand.id}
    assert ids(keystone.projects.list(user=place.user)) == {place.project.id}
    _takes_part(keystone, place, child, grand)
    person = clients.login(fake_cloud, place.user, project_id=place.project.id)
    shown = person.projects.get(place.project, subtree_as_list=True)
    assert {item['project']['id'] for item in shown.subtree} == {child.id, grand.id}
    assert keystone.projects.get(place.project, subtree_as_ids=True).subtree == {child.id: {grand.id: None}}
    shown = clients.login(fake_cloud, place.user, project_id=grand.id).projects.get(grand, parents_as_list=True)
    assert [item['project']['id'] for item in shown.parents] == [child.id, place.project.id]
    assert keystone.projects.get(grand, parents_as_ids=True).parents == {
        child.id: {place.project.id: {place.domain.id: None}}}
    assert keystone.projects.update(grand, name='leaf', enabled=False).enabled is False
    with pytest.raises(exceptions.Forbidden):
        keystone.projects.delete(child)
    keystone.projects.delete(grand)
    assert gone(keystone.projects, grand)


def _takes_part(keystone, place, *projects):
    """Who asks for lists of relatives sees those where he has a role."""
    for project in projects:
        keystone.roles.grant(role(keystone, 'reader'), user=place.user, project=project)


def test_project_options_and_tags(keystone, place):
    fixed = keystone.projects.create('fixed', place.domain, options={'immutable': True}, tags=['one', 'two'])
    with pytest.raises(exceptions.Forbidden):
        keystone.projects.update(fixed, description='no')
    keystone.projects.update(fixed, options={'immutable': False})
    fixed.add_tag('three')
    assert set(fixed.list_tags()) == {'one', 'two', 'three'} and fixed.check_tag('three')
    fixed.delete_tag('two')
    assert not fixed.check_tag('two')
    assert ids(keystone.projects.list(tags=['one', 'three'])) == {fixed.id}
    assert ids(keystone.projects.list(domain=place.domain, not_tags='one')) == {place.project.id}
    fixed.update_tags(['four'])
    assert fixed.list_tags() == ['four']
    fixed.delete_all_tags()
    assert fixed.list_tags() == []


def test_users(keystone, place, fake_cloud):
    user = keystone.users.create('kc-user', place.domain, password='Sesame-2', description='one',
                                 default_project=place.project, options={'ignore_password_expiry': True}, shoe=43)
    assert (user.default_project_id, user.shoe, user.options) == (
        place.project.id, 43, {'ignore_password_expiry': True})
    assert ids(keystone.users.list(domain=place.domain)) == {user.id, place.user.id}
    assert ids(keystone.users.list(default_project=place.project)) == {user.id}
    assert ids(keystone.users.list(name='kc-user', enabled=True)) == {user.id}
    assert keystone.users.update(user, email='b@example.org', enabled=False).email == 'b@example.org'
    with pytest.raises(exceptions.Unauthorized):
        clients.login(fake_cloud, user, 'Sesame-2').auth.projects()
    keystone.users.update(user, enabled=True, password='Sesame-3')
    assert ids(clients.login(fake_cloud, user, 'Sesame-3').auth.projects()) == set()
    person = clients.login(fake_cloud, place.user, project_id=place.project.id)
    person.users.update_password(clients.PASSWORD, 'Sesame-4')
    assert ids(clients.login(fake_cloud, place.user, 'Sesame-4').auth.projects()) == {place.project.id}
    with pytest.raises(exceptions.Conflict):
        keystone.users.create('kc-user', place.domain)
    keystone.users.delete(user)
    assert gone(keystone.users, user)


def test_groups(keystone, place):
    group = keystone.groups.create('kc-group', place.domain, description='some')
    assert keystone.groups.update(group, name='kc-others').name == 'kc-others'
    keystone.users.add_to_group(place.user, group)
    assert keystone.users.check_in_group(place.user, group)
    assert ids(keystone.users.list(group=group)) == {place.user.id}
    assert ids(keystone.groups.list(user=place.user)) == {group.id}
    assert ids(keystone.groups.list(domain=place.domain)) == {group.id, place.group.id}
    keystone.users.remove_from_group(place.user, group)
    with pytest.raises(exceptions.NotFound):
        keystone.users.check_in_group(place.user, group)
    keystone.groups.delete(group)
    assert gone(keystone.groups, group)


def test_roles_imply_and_are_of_domains(keystone, place):
    boss = keystone.roles.create('kc-boss', description='leads')
    hand, local = keystone.roles.create('kc-hand'), keystone.roles.create('kc-local', place.domain)
    try:
        assert keystone.roles.update(boss, name='kc-chief', options={'immutable': False}).name == 'kc-chief'
        assert ids(keystone.roles.list(domain_id=place.domain.id)) == {local.id}
        assert local.id not in ids(keystone.roles.list())
        rules = keystone.inference_rules
        rules.create(boss, hand)
        rules.create(local, hand)
        assert rules.get(boss, hand).implies['id'] == hand.id and rules.check(boss, hand)
        assert [role['id'] for role in rules.list(boss).implies] == [hand.id]
        assert boss.id in {rule.prior_role['id'] for rule in rules.list_inference_roles()}
        with pytest.raises(exceptions.Forbidden):
            rules.create(boss, local)
        rules.delete(boss, hand)
        with pytest.raises(exceptions.NotFound):
            rules.get(boss, hand)
    finally:
        for thing in (boss, hand, local):
            keystone.roles.delete(thing)
    assert gone(keystone.roles, boss)


@pytest.mark.parametrize('actor', ['user', 'group'])
@pytest.mark.parametrize('target', ['project', 'domain', 'system', 'inherited', 'to_projects'])
def test_assignments(keystone, place, actor, target):
    where = {'project': {'project': place.project}, 'domain': {'domain': place.domain}, 'system': {'system': 'all'},
             'inherited': {'domain': place.domain, 'os_inherit_extension_inherited': True},
             'to_projects': {'project': place.project, 'os_inherit_extension_inherited': True}}[target]
    who, reader = {actor: getattr(place, actor)}, role(keystone, 'reader')
    keystone.roles.grant(reader, **who, **where)
    keystone.roles.check(reader, **who, **where)
    assert reader.id in ids(keystone.roles.list(**who, **where))
    keystone.roles.revoke(reader, **who, **where)
    with pytest.raises(exceptions.NotFound):
        keystone.roles.check(reader, **who, **where)


def test_assignments_are_listed(keystone, place):
    child = keystone.projects.create('child', place.domain, parent=place.project)
    keystone.users.add_to_group(place.user, place.group)
    keystone.roles.grant(role(keystone, 'manager'), group=place.group, domain=place.domain,
                         os_inherit_extension_inherited=True)
    keystone.roles.grant(role(keystone, 'reader'), user=place.user, system='all')
    listed = keystone.role_assignments
    effective = {(item.role['name'], next(iter(item.scope))) for item in listed.list(
        user=place.user, project=child, effective=True, include_names=True)}
    assert effective == {('manager', 'project'), ('member', 'project'), ('reader', 'project')}
    assert [item.scope for item in listed.list(user=place.user, system='all')] == [{'system': {'all': True}}]
    named = listed.list(group=place.group, include_names=True)[0]
    assert (named.group['name'], named.scope['domain']['id']) == (place.group.name, place.domain.id)
    assert named.scope['OS-INHERIT:inherited_to'] == 'projects'
    assert len(listed.list(domain=place.domain, os_inherit_extension_inherited_to='projects')) == 1
    assert {item.user['id'] for item in listed.list(project=place.project, include_subtree=True)} == {place.user.id}
    assert len(listed.list(role=role(keystone, 'manager'), group=place.group)) == 1
    keystone.roles.revoke(role(keystone, 'reader'), user=place.user, system='all')
