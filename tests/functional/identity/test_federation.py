# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-FEDERATION: identity providers, protocols, mappings, service providers."""
import pytest

BASE = '/v3/OS-FEDERATION/'
RULES = [{'local': [{'user': {'name': '{0}'}}, {'group': {'id': '0cd5e9'}}],
          'remote': [{'type': 'UserName'}, {'type': 'orgPersonType', 'not_any_of': ['Contractor', 'Guest']}]}]
PROVIDERS, MAPPINGS, SERVICES = BASE + 'identity_providers', BASE + 'mappings', BASE + 'service_providers'


def put(identity, path, key, **body):
    answer = identity.admin.put(path, {key: body})
    assert answer.status_int == 201, answer.text
    return answer.json[key]


@pytest.fixture
def acme(identity):
    """The identity provider acme with the mapping m."""
    put(identity, MAPPINGS + '/m', 'mapping', rules=RULES)
    return put(identity, PROVIDERS + '/acme', 'identity_provider', remote_ids=['b', 'a'])


def test_an_identity_provider_lives_and_dies(identity, acme):
    admin, path = identity.admin, PROVIDERS + '/acme'
    domain = acme.pop('domain_id')
    links = acme.pop('links')
    assert acme == {'id': 'acme', 'enabled': False, 'description': None, 'remote_ids': ['a', 'b'],
                    'authorization_ttl': None}
    assert links['self'].endswith('/identity' + path) and links['protocols'] == links['self'] + '/protocols'
    made = admin.get('/v3/domains/' + domain).json['domain']
    assert made['name'] == domain and made['enabled']
    assert made['description'] == 'Auto generated federated domain for Identity Provider: acme'
    changes = {'enabled': True, 'description': 'd', 'authorization_ttl': 5, 'remote_ids': ['c']}
    changed = admin.patch(path, {'identity_provider': changes})
    assert changed.status_int == 200 and admin.get(path).json == changed.json
    assert {name: changed.json['identity_provider'][name] for name in changes} == changes
    assert admin.patch(path, {'identity_provider': {'enabled': False}}).json['identity_provider']['remote_ids'] == ['c']
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
    assert admin.delete(path).status_int == 404
    assert admin.get('/v3/domains/' + domain).status_int == 200


def test_an_identity_provider_without_a_body_and_in_a_domain_that_there_is(identity):
    assert identity.admin.put(PROVIDERS + '/plain', {}).status_int == 201
    assert put(identity, PROVIDERS + '/placed', 'identity_provider', domain_id='default')['domain_id'] == 'default'
    answer = identity.admin.put(PROVIDERS + '/lost', {'identity_provider': {'domain_id': 'nowhere'}})
    assert answer.status_int == 404 and identity.admin.get(PROVIDERS + '/lost').status_int == 404


@pytest.mark.parametrize('body', [{'domain_id': 'default'}, {'remote_ids': ['x', 'x']}, {'authorization_ttl': -1}, {},
                                  {'enabled': 'yes'}, {'smell': 1}, {'remote_ids': ['x' * 256]}])
def test_a_bad_change_of_an_identity_provider(identity, acme, body):
    assert identity.admin.patch(PROVIDERS + '/acme', {'identity_provider': body}).status_int == 400


def test_neither_ids_nor_remote_ids_are_given_twice(identity, acme):
    domains = len(identity.admin.get('/v3/domains').json['domains'])
    again = identity.admin.put(PROVIDERS + '/acme', {'identity_provider': {}})
    assert again.status_int == 409 and 'Duplicate entry: acme' in again.json['error']['message']
    taken = identity.admin.put(PROVIDERS + '/other', {'identity_provider': {'remote_ids': ['a']}})
    assert taken.status_int == 409 and 'Duplicate remote ID: a' in taken.json['error']['message']
    assert len(identity.admin.get('/v3/domains').json['domains']) == domains
    put(identity, PROVIDERS + '/other', 'identity_provider', remote_ids=['z'])
    assert identity.admin.patch(PROVIDERS + '/other', {'identity_provider': {'remote_ids': ['a']}}).status_int == 409
    assert identity.admin.get(PROVIDERS + '/other').json['identity_provider']['remote_ids'] == ['z']


def test_identity_providers_are_listed_and_filtered(identity, acme, statements):
    put(identity, PROVIDERS + '/open', 'identity_provider', enabled=True)
    for query, ids in (('', ['acme', 'open']), ('?enabled=true', ['open']), ('?id=acme', ['acme']), ('?id=x', []),
                       ('?id__contains=cm', ['acme'])):
        statements.clear()
        answer = identity.admin.get(PROVIDERS + query)
        assert [row['id'] for row in answer.json['identity_providers']] == ids
        assert len(statements) <= 3
    assert all('protocols' in row['links'] for row in identity.admin.get(PROVIDERS).json['identity_providers'])


def test_a_provider_ends_with_its_domain(identity, acme):
    domain = '/v3/domains/' + acme['domain_id']
    identity.admin.patch(domain, {'domain': {'enabled': False}})
    assert identity.admin.delete(domain).status_int == 204
    assert identity.admin.get(PROVIDERS + '/acme').status_int == 404


def test_a_protocol_lives_and_dies(identity, acme):
    admin, path = identity.admin, PROVIDERS + '/acme/protocols'
    made = put(identity, path + '/mapped', 'protocol', mapping_id='m')
    provider = made['links']['identity_provider']
    assert made == {'id': 'mapped', 'mapping_id': 'm', 'links': {'self': provider + '/protocols/mapped',
                                                                'identity_provider': provider}}
    assert provider.endswith('/identity' + PROVIDERS + '/acme')
    assert admin.get(path + '/mapped').json['protocol'] == made
    listed = admin.get(path).json['protocols']
    assert listed == [{**made, 'idp_id': 'acme', 'remote_id_attribute': None}]
    assert admin.get(PROVIDERS + '/nobody/protocols').json['protocols'] == []
    changed = admin.patch(path + '/mapped', {'protocol': {'mapping_id': 'm', 'remote_id_attribute': 'ISS'}})
    assert changed.json['protocol']['remote_id_attribute'] == 'ISS'
    assert admin.put(path + '/mapped', {'protocol': {'mapping_id': 'm'}}).status_int == 409
    assert admin.delete(path + '/mapped').status_int == 204 and admin.get(path + '/mapped').status_int == 404


@pytest.mark.parametrize('body, status', [
    ({}, 400), ({'mapping_id': 'nothing'}, 400), ({'mapping_id': 'm', 'smell': 1}, 400), ({'mapping_id': ''}, 400),
    ({'mapping_id': 'm', 'remote_id_attribute': 'x' * 65}, 400)])
def test_a_bad_protocol(identity, acme, body, status):
    answer = identity.admin.put(PROVIDERS + '/acme/protocols/mapped', {'protocol': body})
    assert answer.status_int == status, answer.text


def test_a_protocol_of_nobody(identity, acme):
    answer = identity.admin.put(PROVIDERS + '/nobody/protocols/mapped', {'protocol': {'mapping_id': 'm'}})
    assert answer.status_int == 404
    answer = identity.admin.get(PROVIDERS + '/acme/protocols/none')
    assert answer.json['error']['message'] == (
        'Could not find federated protocol none for Identity Provider: acme.')


def test_a_mapping_lives_and_dies(identity):
    admin, path = identity.admin, MAPPINGS + '/m'
    made = put(identity, path, 'mapping', rules=RULES)
    assert made['links']['self'].endswith('/identity' + path)
    assert made['rules'] == RULES and made['schema_version'] == '1.0' and made['id'] == 'm'
    assert admin.get(path).json['mapping'] == made and admin.get(MAPPINGS).json['mappings'] == [made]
    assert admin.put(path, {'mapping': {'rules': RULES}}).status_int == 409
    other = [{'local': [{'user': {'name': '{0}'}}], 'remote': [{'type': 'mail'}]}]
    changed = admin.patch(path, {'mapping': {'rules': other, 'schema_version': '2.0'}}).json['mapping']
    assert changed['rules'] == other and changed['schema_version'] == '2.0'
    assert admin.patch(path, {'mapping': {'rules': other}}).json['mapping']['schema_version'] == '1.0'
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
    assert admin.patch(path, {'mapping': {'rules': other}}).status_int == 404


@pytest.mark.parametrize('body', [
    {}, {'rules': []}, {'rules': [{'local': []}]}, {'rules': [{'local': [], 'remote': []}]},
    {'rules': [{'local': [{'user': {'smell': 'x'}}], 'remote': [{'type': 'a'}]}]},
    {'rules': [{'local': [], 'remote': [{'type': 'a', 'any_one_of': ['x'], 'not_any_of': ['y']}]}]},
    {'rules': [{'local': [{'projects': [{'name': 'p', 'roles': [], 'domain': {'id': 'd'}}]}],
                'remote': [{'type': 'a'}]}]},
    {'rules': RULES, 'schema_version': '9.0'}, {'rules': RULES, 'schema_version': 1}])
def test_a_bad_mapping(identity, body):
    answer = identity.admin.put(MAPPINGS + '/m', {'mapping': body})
    assert answer.status_int == 400 and len(answer.json['error']['message']) > 10


def test_the_default_version_of_mappings_can_be_chosen(start):
    identity = start(mapping_schema_version='3.0')
    assert put(identity, MAPPINGS + '/m', 'mapping', rules=RULES)['schema_version'] == '3.0'


def test_a_service_provider_lives_and_dies(identity):
    admin, path = identity.admin, SERVICES + '/beta'
    urls = {'auth_url': 'https://beta/auth', 'sp_url': 'https://beta/sp'}
    made = put(identity, path, 'service_provider', **urls)
    assert made.pop('links')['self'].endswith('/identity' + path)
    assert made == {'id': 'beta', 'enabled': False, 'description': None, 'relay_state_prefix': 'ss:mem:', **urls}
    assert admin.put(path, {'service_provider': urls}).status_int == 409
    assert [row['id'] for row in admin.get(SERVICES).json['service_providers']] == ['beta']
    assert admin.get(SERVICES + '?enabled=1').json['service_providers'] == []
    assert 'service_providers' not in identity.answer().json['token']
    changed = admin.patch(path, {'service_provider': {'enabled': True, 'relay_state_prefix': None}}).json
    assert changed['service_provider']['enabled'] and changed == admin.get(path).json
    assert identity.answer().json['token']['service_providers'] == [{'id': 'beta', **urls}]
    assert admin.delete(path).status_int == 204 and admin.get(path).status_int == 404
    assert 'service_providers' not in identity.answer().json['token']


@pytest.mark.parametrize('body', [{}, {'auth_url': 'https://x'}, {'auth_url': 'x', 'sp_url': 'https://x'},
                                  {'auth_url': 'https://x', 'sp_url': 'https://x\r\nX-Other: y'},
                                  {'auth_url': 'https://x', 'sp_url': 'https://x', 'smell': 1}])
def test_a_bad_service_provider(identity, body):
    assert identity.admin.put(SERVICES + '/beta', {'service_provider': body}).status_int == 400


def test_ids_that_are_too_long(identity, acme):
    for path, body in ((PROVIDERS + '/' + 'x' * 65, {}), (PROVIDERS + '/acme/protocols/' + 'x' * 65,
                                                         {'protocol': {'mapping_id': 'm'}}),
                       (MAPPINGS + '/' + 'x' * 65, {'mapping': {'rules': RULES}})):
        assert identity.admin.put(path, body).status_int == 400


def test_who_may(identity, acme):
    put(identity, PROVIDERS + '/acme/protocols/mapped', 'protocol', mapping_id='m')
    put(identity, SERVICES + '/beta', 'service_provider', auth_url='https://x', sp_url='https://x')
    member, reader = identity.person('mia', 'member'), identity.person('rea', 'reader', system=True)
    for path in (PROVIDERS, PROVIDERS + '/acme', PROVIDERS + '/acme/protocols', PROVIDERS + '/acme/protocols/mapped',
                 MAPPINGS, MAPPINGS + '/m', SERVICES, SERVICES + '/beta'):
        assert member.get(path).status_int == 403 and reader.get(path).status_int == 200
        assert member.get(path + '/nobody').status_int in (403, 404)
    for path in (PROVIDERS + '/acme', PROVIDERS + '/acme/protocols/mapped', MAPPINGS + '/m', SERVICES + '/beta'):
        assert member.delete(path).status_int == reader.delete(path).status_int == 403
