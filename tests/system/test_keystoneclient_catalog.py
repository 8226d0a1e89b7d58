# SPDX-License-Identifier: Apache-2.0
"""python-keystoneclient drives the catalog, what refines it, limits, policies and a domain's configuration."""
import contextlib

import pytest
from keystoneauth1 import exceptions

from . import keystone as clients
from .keystone import gone, ids

pytestmark = [pytest.mark.system, pytest.mark.slow]


@pytest.fixture(scope='module')
def keystone(fake_cloud):
    return clients.admin(fake_cloud)


@pytest.fixture
def place(keystone):
    with clients.place(keystone) as place:
        yield place


@pytest.fixture
def service(keystone):
    service = keystone.services.create('kc-stars', type='astrology', description='of stars')
    yield service
    keystone.services.delete(service)


@pytest.fixture
def region(keystone):
    region = keystone.regions.create('kc-region', description='far')
    yield region
    keystone.regions.delete(region)


@pytest.fixture
def endpoint(keystone, service, region):
    endpoint = keystone.endpoints.create(service, 'http://127.0.0.1:9/$(project_id)s', interface='public', region=region)
    yield endpoint
    with contextlib.suppress(exceptions.NotFound):
        keystone.endpoints.delete(endpoint)


def test_regions_nest(keystone, region):
    inner = keystone.regions.create('kc-inner', parent_region=region)
    assert inner.parent_region_id == region.id
    assert ids(keystone.regions.list(parent_region_id=region.id)) == {inner.id}
    assert keystone.regions.update(inner, description='near').description == 'near'
    with pytest.raises(exceptions.Conflict):
        keystone.regions.create('kc-inner')
    keystone.regions.delete(inner)
    assert gone(keystone.regions, inner)


def test_services_and_endpoints(keystone, service, region, endpoint):
    assert keystone.services.update(service, name='kc-sky', enabled=True).name == 'kc-sky'
    assert ids(keystone.services.list(type='astrology')) == ids(keystone.services.list(name='kc-sky')) == {service.id}
    assert (endpoint.region, endpoint.region_id, endpoint.interface) == (region.id, region.id, 'public')
    assert ids(keystone.endpoints.list(service=service, interface='public', region_id=region.id)) == {endpoint.id}
    changed = keystone.endpoints.update(endpoint, url='http://127.0.0.1:9/sky', interface='internal', enabled=False)
    assert (changed.url, changed.interface, changed.enabled) == ('http://127.0.0.1:9/sky', 'internal', False)
    with pytest.raises(exceptions.BadRequest):
        keystone.endpoints.create(service, 'http://127.0.0.1:9/$(nobody)s', interface='public')
    keystone.endpoints.delete(endpoint)
    assert gone(keystone.endpoints, endpoint)


def test_endpoint_filters(keystone, place, service, endpoint, fake_cloud):
    filters = keystone.endpoint_filter
    filters.add_endpoint_to_project(place.project, endpoint)
    filters.check_endpoint_in_project(place.project, endpoint)
    assert ids(filters.list_endpoints_for_project(place.project)) == {endpoint.id}
    assert ids(filters.list_projects_for_endpoint(endpoint)) == {place.project.id}
    person = clients.login(fake_cloud, place.user, project_id=place.project.id)
    catalog = person.session.auth.get_access(person.session).service_catalog
    assert catalog.url_for(service_type='astrology') == 'http://127.0.0.1:9/' + place.project.id
    filters.delete_endpoint_from_project(place.project, endpoint)
    with pytest.raises(exceptions.NotFound):
        filters.check_endpoint_in_project(place.project, endpoint)


def test_endpoint_groups(keystone, place, service, endpoint):
    groups, filters = keystone.endpoint_groups, keystone.endpoint_filter
    group = groups.create('kc-group', {'service_id': service.id}, description='sky')
    assert groups.update(group, name='kc-skies', filters={'service_id': service.id, 'interface': 'public'}).name == (
        'kc-skies')
    assert ids(groups.list(name='kc-skies')) == {group.id}
    filters.add_endpoint_group_to_project(group, place.project)
    filters.check_endpoint_group_in_project(group, place.project)
    assert ids(filters.list_endpoint_groups_for_project(place.project)) == {group.id}
    assert ids(filters.list_projects_for_endpoint_group(group)) == {place.project.id}
    assert ids(filters.list_endpoints_for_project(place.project)) == {endpoint.id}
    filters.delete_endpoint_group_from_project(group, place.project)
    groups.delete(group)
    assert gone(groups, group)


def test_policies(keystone, service, region, endpoint):
    policy = keystone.policies.create('{"a": "b"}', type='application/json')
    assert keystone.policies.update(policy, blob='c', type='text/plain').blob == 'c'
    assert policy.id in ids(keystone.policies.list(type='text/plain'))
    chosen = keystone.endpoint_policy
    for kind, things in (('endpoint', [endpoint]), ('service', [service]), ('region_and_service', [region, service])):
        create, check, delete = (getattr(chosen, '%s_policy_association_for_%s' % (verb, kind))
                                 for verb in ('create', 'check', 'delete'))
        create(policy, *things)
        check(policy, *things)
        assert chosen.get_policy_for_endpoint(endpoint).id == policy.id
        assert ids(chosen.list_endpoints_for_policy(policy)) == {endpoint.id}
        delete(policy, *things)
        with pytest.raises(exceptions.NotFound):
            check(policy, *things)
    keystone.policies.delete(policy)
    assert gone(keystone.policies, policy)


def test_limits(keystone, place, service, region):
    registered = keystone.registered_limits.create(service, 'stars', 10, description='few', region=region)
    assert keystone.registered_limits.update(registered, default_limit=12).default_limit == 12
    assert ids(keystone.registered_limits.list(service=service, resource_name='stars')) == {registered.id}
    limit = keystone.limits.create(place.project, service, 'stars', 3, region=region)
    assert limit.project_id == place.project.id
    assert keystone.limits.update(limit, resource_limit=4, description='more').resource_limit == 4
    assert ids(keystone.limits.list(service=service, region=region, resource_name='stars')) == {limit.id}
    with pytest.raises(exceptions.Forbidden):
        keystone.registered_limits.delete(registered)
    keystone.limits.delete(limit)
    assert gone(keystone.limits, limit)
    keystone.registered_limits.delete(registered)
    assert gone(keystone.registered_limits, registered)


def test_domain_configuration(keystone, place):
    configs = keystone.domain_configs
    made = configs.create(place.domain, {'ldap': {'url': 'ldap://127.0.0.1'}, 'identity': {'driver': 'ldap'}})
    assert made.ldap == {'url': 'ldap://127.0.0.1'}
    assert configs.update(place.domain, {'ldap': {'url': 'ldap://127.0.0.2'}}).ldap['url'] == 'ldap://127.0.0.2'
    assert configs.get(place.domain).identity == {'driver': 'ldap'}
    configs.delete(place.domain)
    assert gone(configs, place.domain)
