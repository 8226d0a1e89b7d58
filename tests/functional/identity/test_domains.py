# SPDX-License-Identifier: Apache-2.0
"""/v3/domains and /v3/domains/{id}/config."""
import pytest


def test_a_domain_lives_and_dies(identity):
    domain = identity.make('domains', 'domain', name='d', description='of tests', colour='red', tags=['a'])
    assert domain['enabled'] and domain['colour'] == 'red' and domain['tags'] == ['a']
    path = '/v3/domains/' + domain['id']
    assert identity.admin.get(path).json['domain'] == domain
    changed = identity.admin.patch(path, {'domain': {'name': 'e', 'colour': 'blue', 'enabled': False}})
    assert changed.json['domain']['name'] == 'e' and changed.json['domain']['colour'] == 'blue'
    assert identity.admin.delete(path).status_int == 204
    assert identity.admin.get(path).status_int == 404


def test_the_row_behind_a_domain_cannot_be_bent(identity):
    domain = identity.make('domains', 'domain', name='d', is_domain=False, parent_id='x', domain_id='default')
    path = '/v3/domains/' + domain['id']
    identity.admin.patch(path, {'domain': {'is_domain': False, 'domain_id': 'default', 'parent_id': 'default'}})
    assert identity.admin.get(path).status_int == 200


def test_an_enabled_domain_is_not_deleted(identity):
    domain = identity.make('domains', 'domain', name='d')
    assert identity.admin.delete('/v3/domains/' + domain['id']).status_int == 403


def test_with_a_domain_goes_everything_in_it(identity):
    domain = identity.make('domains', 'domain', name='d')['id']
    made = [identity.make(kind + 's', kind, name=kind, domain_id=domain) for kind in ('user', 'group', 'project', 'role')]
    identity.admin.put('/v3/groups/%s/users/%s' % (made[1]['id'], made[0]['id']))
    identity.admin.patch('/v3/domains/' + domain, {'domain': {'enabled': False}})
    assert identity.admin.delete('/v3/domains/' + domain).status_int == 204
    for kind, thing in zip(('users', 'groups', 'projects', 'roles'), made):
        assert identity.admin.get('/v3/%s/%s' % (kind, thing['id'])).status_int == 404


@pytest.mark.parametrize('body', [
    {}, {'domain': {}}, {'domain': {'name': ''}}, {'domain': {'name': 'x' * 65}}, {'domain': {'name': 'x', 'enabled': 1}},
    {'domain': {'name': 'x', 'explicit_domain_id': 'no'}}, {'domain': {'name': 'x', 'options': {'what': True}}}])
def test_a_bad_domain_is_400(identity, body):
    answer = identity.admin.post('/v3/domains', body)
    assert answer.status_int == 400 and answer.json['error']['code'] == 400


def test_a_second_domain_of_a_name_is_409(identity):
    identity.make('domains', 'domain', name='d')
    assert identity.admin.post('/v3/domains', {'domain': {'name': 'd'}}).status_int == 409


def test_an_immutable_domain_stays(identity):
    domain = identity.make('domains', 'domain', name='d', enabled=False, options={'immutable': True})
    path = '/v3/domains/' + domain['id']
    assert identity.admin.delete(path).status_int == 403
    assert identity.admin.patch(path, {'domain': {'name': 'e'}}).status_int == 403
    assert identity.admin.patch(path, {'domain': {'options': {'immutable': False}}}).status_int == 200
    assert identity.admin.delete(path).status_int == 204


def test_who_sees_which_domains(identity):
    domain = identity.make('domains', 'domain', name='d')['id']
    reader = identity.person('rea', 'reader', domain=domain)
    assert [row['id'] for row in reader.get('/v3/domains').json['domains']] == [domain]
    assert reader.get('/v3/domains/' + domain).status_int == 200
    assert reader.get('/v3/domains/default').status_int == 403
    assert reader.get('/v3/domains/nothing').status_int == 403
    assert identity.person('mia', 'member').get('/v3/domains').status_int == 403
    assert identity.person('sys', 'reader', system=True).get('/v3/domains').status_int == 200


def test_filters(identity):
    identity.make('domains', 'domain', name='d', enabled=False)
    def names(query):
        return {row['name'] for row in identity.admin.get('/v3/domains?' + query).json['domains']}
    assert names('enabled=false') == {'d'} and names('enabled=True') == {'Default'}
    assert names('name=d') == {'d'} and names('name__icontains=DEF') == {'Default'} and names('name=e') == set()


CONFIG = {'identity': {'driver': 'ldap'}, 'ldap': {'url': 'ldap://somewhere', 'password': 'hidden'}}


@pytest.fixture
def config(identity):
    path = '/v3/domains/%s/config' % identity.make('domains', 'domain', name='d')['id']
    assert identity.admin.put(path, {'config': CONFIG}).status_int == 201
    return path


def test_options_of_a_domain(identity, config):
    admin = identity.admin
    shown = admin.get(config).json['config']
    assert shown == {'identity': {'driver': 'ldap'}, 'ldap': {'url': 'ldap://somewhere'}}
    assert admin.put(config, {'config': CONFIG}).status_int == 200
    assert admin.get(config + '/ldap').json['config'] == {'ldap': {'url': 'ldap://somewhere'}}
    assert admin.get(config + '/ldap/url').json['config'] == {'url': 'ldap://somewhere'}
    changed = admin.patch(config + '/ldap', {'config': {'ldap': {'url': 'ldap://x', 'use_tls': True, 'page_size': 7}}})
    assert changed.json['config']['ldap'] == {'page_size': 7, 'url': 'ldap://x', 'use_tls': True}
    assert admin.patch(config + '/ldap/url', {'config': {'url': 'y'}}).json['config']['ldap']['url'] == 'y'
    assert admin.delete(config + '/ldap/url').status_int == 204
    assert admin.get(config + '/ldap/url').status_int == 404
    assert admin.delete(config + '/ldap').status_int == 204 and admin.get(config + '/ldap').status_int == 404
    assert admin.delete(config).status_int == 204 and admin.get(config).status_int == 404


@pytest.mark.parametrize('path, body', [
    ('', {'smell': {'a': 1}}), ('', {'ldap': {'smell': 1}}), ('', {'ldap': {}}), ('/ldap', {'identity': {'driver': 'x'}}),
    ('/ldap/url', {'suffix': 'x'})])
def test_options_that_no_domain_may_have_are_403(identity, config, path, body):
    assert identity.admin.patch(config + path, {'config': body}).status_int == 403


def test_defaults_of_options(identity):
    admin = identity.admin
    assert set(admin.get('/v3/domains/config/default').json['config']) == {'identity', 'ldap'}
    assert admin.get('/v3/domains/config/identity/default').json['config']['identity']['driver'] == 'sql'
    assert admin.get('/v3/domains/config/identity/driver/default').json['config'] == {'driver': 'sql'}
    assert admin.get('/v3/domains/config/smell/default').status_int == 403


def test_everybody_may_read_what_a_password_must_be(start):
    identity = start(password_regex='^.{4,}$')
    member = identity.person('mia', 'member')
    assert member.get('/v3/domains/default/config/security_compliance').json['config'] == {
        'security_compliance': {'password_regex': '^.{4,}$', 'password_regex_description': None}}
    assert member.get('/v3/domains/default/config/identity').status_int == 403
