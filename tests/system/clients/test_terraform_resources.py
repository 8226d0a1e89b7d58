# SPDX-License-Identifier: Apache-2.0
"""terraform's other resources: each made, read back, changed where terraform changes it, and destroyed."""
import pytest

pytestmark = [pytest.mark.system, pytest.mark.slow]
NETWORK, COMPUTE, VOLUME, IMAGE = '/network/v2.0/', '/compute/v2.1/', '/volume/v3/{project}/', '/image/v2/images'
IDENTITY = '/identity/v3/'


def _life(api, path, key, body, change=None, method='PUT', version=None, find='id'):
    """Made, read back, changed, destroyed, gone: what each resource of a plan goes through."""
    made = api.post(path, {key: body}, version=version)[key]
    one = '%s/%s' % (path, made[find])
    assert api.get(one, version=version)[key][find] == made[find]
    if change:
        changed = api.ask(method, one, {key: change}, version=version).json()[key]
        assert {name: changed[name] for name in change} == change
        assert {name: api.get(one, version=version)[key][name] for name in change} == change
    api.delete(one, status=(200, 202, 204))
    api.end(one)


def test_compute(admin, program):
    boss, api = admin(), program()
    flavor = boss.post(COMPUTE + 'flavors', {'flavor': {
        'name': 'tf', 'ram': 64, 'vcpus': 1, 'disk': 1, 'os-flavor-access:is_public': False, 'description': 'mine'}},
        version='2.55')['flavor']
    path = COMPUTE + 'flavors/' + flavor['id']
    assert flavor['description'] == 'mine' and boss.put(path, {'flavor': {'description': 'new'}}, version='2.55')
    specs = {'extra_specs': {'hw:cpu_policy': 'shared'}}
    assert boss.post(path + '/os-extra_specs', specs) == boss.get(path + '/os-extra_specs') == specs
    boss.put(path + '/os-extra_specs/hw:cpu_policy', {'hw:cpu_policy': 'shared'})
    boss.delete(path + '/os-extra_specs/hw:cpu_policy', 200)
    for word in ('addTenantAccess', 'removeTenantAccess'):
        access = boss.post(path + '/action', {word: {'tenant': api.project}})['flavor_access']
        assert [item['tenant_id'] for item in access] == [api.project][:word == 'addTenantAccess']
        api.ask('GET', path, status=200 if access else 404)
    boss.delete(path)
    key = api.post(COMPUTE + 'os-keypairs', {'keypair': {'name': 'tf'}})['keypair']
    assert key['private_key'].startswith('-----BEGIN')
    api.post(COMPUTE + 'os-keypairs', {'keypair': {'name': 'tf2', 'public_key': key['public_key']}}, 201, '2.10')
    for name in ('tf', 'tf2'):
        assert api.get(COMPUTE + 'os-keypairs/' + name)['keypair']['fingerprint'] == key['fingerprint']
        api.delete(COMPUTE + 'os-keypairs/' + name)
    _life(api, COMPUTE + 'os-server-groups', 'server_group', {'name': 'tf', 'policies': ['soft-affinity']}, version='2.15')
    _life(api, COMPUTE + 'os-server-groups', 'server_group', {
        'name': 'tf', 'policy': 'anti-affinity', 'rules': {'max_server_per_host': 2}}, version='2.64')
    _life(boss, COMPUTE + 'os-aggregates', 'aggregate', {'name': 'tf', 'availability_zone': 'nova'}, {'name': 'tf2'})
    quota = COMPUTE + 'os-quota-sets/' + api.project
    assert boss.put(quota, {'quota_set': {'cores': 7}})['quota_set']['cores'] == api.get(quota)['quota_set']['cores'] == 7
    boss.delete(quota)


def test_network(admin, program, ground):
    boss, api = admin(), program()
    scope = boss.post(NETWORK + 'address-scopes', {'address_scope': {'name': 'tf', 'ip_version': 4, 'shared': True}})[
        'address_scope']['id']
    pool = boss.post(NETWORK + 'subnetpools', {'subnetpool': {
        'name': 'tf', 'prefixes': ['10.87.0.0/16'], 'default_prefixlen': 24, 'address_scope_id': scope, 'shared': True}})[
            'subnetpool']['id']
    network = api.post(NETWORK + 'networks', {'network': {
        'name': 'tf', 'mtu': 1400, 'port_security_enabled': True, 'dns_domain': 'example.org.', 'description': 'tf'}})['network']['id']
    assert api.put(NETWORK + 'networks/' + network, {'network': {'name': 'tf2', 'mtu': 1300}})['network']['mtu'] == 1300
    subnet = api.post(NETWORK + 'subnets', {'subnet': {
        'network_id': network, 'subnetpool_id': pool, 'ip_version': 4, 'dns_nameservers': ['10.87.0.53'],
        'host_routes': [{'destination': '10.99.0.0/16', 'nexthop': '10.87.0.7'}]}})['subnet']
    assert subnet['cidr'].startswith('10.87.') and subnet['cidr'].endswith('/24')
    assert api.put(NETWORK + 'subnets/' + subnet['id'], {'subnet': {'gateway_ip': None, 'host_routes': []}})['subnet'][
        'gateway_ip'] is None
    api.put(NETWORK + 'subnets/' + subnet['id'], {'subnet': {'gateway_ip': subnet['gateway_ip']}})
    group = api.post(NETWORK + 'security-groups', {'security_group': {'name': 'tf'}})['security_group']
    for rule in group['security_group_rules']:
        api.delete(NETWORK + 'security-group-rules/' + rule['id'])
    _life(api, NETWORK + 'security-group-rules', 'security_group_rule', {
        'security_group_id': group['id'], 'direction': 'ingress', 'ethertype': 'IPv4', 'protocol': 'tcp', 'port_range_min': 1,
        'port_range_max': 2, 'remote_group_id': group['id']})
    _life(api, NETWORK + 'ports', 'port', {
        'network_id': network, 'name': 'tf', 'admin_state_up': True, 'security_groups': [group['id']],
        'fixed_ips': [{'subnet_id': subnet['id']}], 'allowed_address_pairs': [{'ip_address': '10.1.1.1'}],
        'extra_dhcp_opts': [{'opt_name': 'bootfile-name', 'opt_value': 'a', 'ip_version': 4}], 'dns_name': 'tf'},
        {'name': 'tf2', 'security_groups': []})
    router = api.post(NETWORK + 'routers', {'router': {
        'name': 'tf', 'admin_state_up': True, 'external_gateway_info': {'network_id': ground.public}}})['router']['id']
    api.put(NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet['id']})
    routes = [{'destination': '10.98.0.0/16', 'nexthop': subnet['gateway_ip'][:-1] + '9'}]
    for wanted in (routes, []):
        assert api.put(NETWORK + 'routers/' + router, {'router': {'routes': wanted}})['router']['routes'] == wanted
    port = api.post(NETWORK + 'ports', {'port': {'network_id': network}})['port']['id']
    _life(api, NETWORK + 'floatingips', 'floatingip', {'floating_network_id': ground.public, 'description': 'tf'},
          {'port_id': port})
    api.delete(NETWORK + 'ports/' + port)
    api.put(NETWORK + 'routers/%s/remove_router_interface' % router, {'subnet_id': subnet['id']})
    policy = {'object_type': 'network', 'object_id': network, 'action': 'access_as_shared', 'target_tenant': boss.project}
    _life(api, NETWORK + 'rbac-policies', 'rbac_policy', policy)
    for path in ('routers/' + router, 'networks/' + network, 'security-groups/' + group['id']):
        api.delete(NETWORK + path)
    for path in ('subnetpools/' + pool, 'address-scopes/' + scope):
        boss.delete(NETWORK + path)
    assert boss.put(NETWORK + 'quotas/' + api.project, {'quota': {'port': 7}})['quota']['port'] == 7
    boss.delete(NETWORK + 'quotas/' + api.project)


def test_volumes_and_images(admin, program, fake_cloud):
    boss, api = admin(), program()
    kind = boss.post(VOLUME + 'types', {'volume_type': {
        'name': 'tf', 'os-volume-type-access:is_public': False, 'extra_specs': {'a': 'b'}}})['volume_type']['id']
    for word in ('addProjectAccess', 'removeProjectAccess'):
        boss.post(VOLUME + 'types/%s/action' % kind, {word: {'project': api.project}}, 202)
    qos = boss.post(VOLUME + 'qos-specs', {'qos_specs': {'name': 'tf', 'consumer': 'front-end', 'read_iops_sec': '7'}})[
        'qos_specs']['id']
    for word in ('associate', 'disassociate'):
        boss.ask('GET', VOLUME + 'qos-specs/%s/%s?vol_type_id=%s' % (qos, word, kind), status=202)
    for path in ('qos-specs/' + qos, 'types/' + kind):
        boss.delete(VOLUME + path)
    quota = VOLUME + 'os-quota-sets/' + api.project
    assert boss.put(quota, {'quota_set': {'volumes': 7}})['quota_set']['volumes'] == 7
    boss.ask('DELETE', quota, status=200)
    image = api.post(IMAGE, {'name': 'tf', 'container_format': 'bare', 'disk_format': 'qcow2', 'min_ram': 64, 'tags': ['a'],
                             'visibility': 'private', 'protected': False, 'os_distro': 'debian'}, 201)['id']
    shared = [{'op': 'replace', 'path': '/visibility', 'value': 'shared'}, {'op': 'add', 'path': '/colour', 'value': 'red'},
              {'op': 'replace', 'path': '/name', 'value': 'tf2'}, {'op': 'replace', 'path': '/tags', 'value': ['b']}]
    assert api.ask('PATCH', IMAGE + '/' + image, shared, 200, headers={
        'Content-Type': 'application/openstack-images-v2.1-json-patch'}).json()['colour'] == 'red'
    api.post(IMAGE + '/%s/members' % image, {'member': boss.project}, 200)
    member = IMAGE + '/%s/members/%s' % (image, boss.project)
    assert boss.put(member, {'status': 'accepted'})['status'] == api.get(member)['status'] == 'accepted'
    api.delete(member)
    api.delete(IMAGE + '/' + image)


def test_identity(admin, program):
    boss, api = admin(), program()
    _life(boss, IDENTITY + 'projects', 'project', {'name': 'tf', 'domain_id': 'default', 'tags': ['a']}, {'description': 'new'},
          'PATCH')
    _life(boss, IDENTITY + 'users', 'user', {'name': 'tf', 'password': 'secret', 'options': {
        'ignore_password_expiry': True, 'multi_factor_auth_rules': [['password']]}}, {'enabled': False}, 'PATCH')
    _life(boss, IDENTITY + 'groups', 'group', {'name': 'tf', 'domain_id': 'default'}, {'description': 'new'}, 'PATCH')
    _life(boss, IDENTITY + 'roles', 'role', {'name': 'tf'}, {'name': 'tf2'}, 'PATCH')
    service = boss.post(IDENTITY + 'services', {'service': {'type': 'tf', 'name': 'tf', 'enabled': True}})['service']['id']
    _life(boss, IDENTITY + 'endpoints', 'endpoint', {
        'service_id': service, 'interface': 'public', 'region_id': 'RegionOne', 'url': 'http://example.org'},
        {'url': 'http://example.com'}, 'PATCH')
    boss.delete(IDENTITY + 'services/' + service)
    user, reader = api.access['user']['id'], boss.get(IDENTITY + 'roles?name=reader')['roles'][0]['id']
    for path in ('projects/%s/users/%s/roles/%s' % (api.project, user, reader),
                 'OS-INHERIT/domains/default/users/%s/roles/%s/inherited_to_projects' % (user, reader)):
        boss.ask('PUT', IDENTITY + path, status=204)
        boss.ask('HEAD', IDENTITY + path, status=(200, 204))
        boss.ask('DELETE', IDENTITY + path, status=204)
    group = boss.post(IDENTITY + 'groups', {'group': {'name': 'tf', 'domain_id': 'default'}})['group']['id']
    boss.ask('PUT', IDENTITY + 'groups/%s/users/%s' % (group, user), status=204)
    assert [item['id'] for item in boss.get(IDENTITY + 'groups/%s/users' % group)['users']] == [user]
    boss.delete(IDENTITY + 'groups/' + group)
    boss.get(IDENTITY + 'registered_limits'), boss.get(IDENTITY + 'limits')
    own = IDENTITY + 'users/%s/' % user
    access = api.post(own + 'credentials/OS-EC2', {'tenant_id': api.project})['credential']['access']
    api.delete(own + 'credentials/OS-EC2/' + access)
    made = api.post(own + 'application_credentials', {'application_credential': {
        'name': 'tf', 'unrestricted': False, 'roles': [{'name': 'member'}],
        'access_rules': [{'path': '/v2.1/servers', 'method': 'GET', 'service': 'compute'}]}})['application_credential']
    assert made['secret'] and len(made['access_rules']) == 1
    api.delete(own + 'application_credentials/' + made['id'])
    api.delete(own + 'access_rules/' + made['access_rules'][0]['id'])
