# SPDX-License-Identifier: Apache-2.0
"""Identity as a SAML 2 identity provider: what its assertions say, who signed them, and who gets none."""
import os
import re
import shutil
import stat
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

pytestmark = pytest.mark.skipif(not shutil.which('xmlsec1'), reason='xmlsec1 is not installed')
ISSUER = 'https://praline.example/idp'
OPTIONS = {'saml_entity_id': ISSUER, 'saml_sso_endpoint': 'https://praline.example/sso'}
PATHS = ('/v3/auth/OS-FEDERATION/saml2', '/v3/auth/OS-FEDERATION/saml2/ecp')
METADATA = '/v3/OS-FEDERATION/saml2/metadata'
NAMES = {'saml': 'urn:oasis:names:tc:SAML:2.0:assertion', 'p': 'urn:oasis:names:tc:SAML:2.0:protocol',
         'soap': 'http://schemas.xmlsoap.org/soap/envelope/', 'md': 'urn:oasis:names:tc:SAML:2.0:metadata',
         'ds': 'http://www.w3.org/2000/09/xmldsig#', 'ecp': 'urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp'}
FAR = {'auth_url': 'https://far.example/auth', 'sp_url': 'https://far.example/sp', 'enabled': True}


@pytest.fixture
def saml(start):
    identity = start(**OPTIONS)
    answer = identity.admin.put('/v3/OS-FEDERATION/service_providers/far', {'service_provider': FAR})
    assert answer.status_int == 201
    return identity


def ask(identity, path=PATHS[0], token=None, provider='far'):
    auth = {'identity': {'methods': ['token'], 'token': {'id': token or identity.login()}},
            'scope': {'service_provider': {'id': provider}}}
    return identity.anonymous.post(path, {'auth': auth})


def attributes(document):
    return {found.get('Name'): [value.text for value in found.findall('saml:AttributeValue', NAMES)]
            for found in document.iterfind('.//saml:Attribute', NAMES)}


def verified(identity, text, directory):
    """Whether the certificate of our metadata signed the assertion in this text."""
    document = ElementTree.fromstring(identity.anonymous.get(METADATA).body)
    certificate = document.find('.//ds:X509Certificate', NAMES).text
    (directory / 'c.pem').write_text('-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n' % '\n'.join(
        re.findall('.{1,64}', certificate)))
    (directory / 'a.xml').write_bytes(text)
    done = subprocess.run(['xmlsec1', '--verify', '--enabled-key-data', 'raw-x509-cert', '--pubkey-cert-pem',
                           directory / 'c.pem', '--id-attr:ID', NAMES['saml'] + ':Assertion', directory / 'a.xml'],
                          capture_output=True)
    return done.returncode == 0


@pytest.mark.parametrize('path', PATHS)
def test_an_assertion_says_who_it_is_and_we_signed_it(saml, path, tmp_path):
    group = saml.make('groups', 'group', name='devs', domain_id='default')
    admin, = saml.admin.get('/v3/users?name=admin').json['users']
    saml.admin.put('/v3/groups/%s/users/%s' % (group['id'], admin['id']))
    answer = ask(saml, path)
    assert answer.status_int == 200 and answer.content_type == 'text/xml', answer.text
    assert answer.headers['X-sp-url'] == FAR['sp_url'] and answer.headers['X-auth-url'] == FAR['auth_url']
    document = ElementTree.fromstring(answer.body)
    said = attributes(document)
    assert set(said.pop('openstack_roles')) == {'admin', 'manager', 'member', 'reader'}
    assert said == {'openstack_user': ['admin'], 'openstack_user_domain': ['Default'], 'openstack_project': ['admin'],
                    'openstack_project_domain': ['Default'],
                    'openstack_groups': ['JSON:{"name":"devs","domain":{"name":"Default"}}']}
    assert {issuer.text for issuer in document.iterfind('.//saml:Issuer', NAMES)} == {ISSUER}
    assert document.find('.//saml:SubjectConfirmationData', NAMES).get('Recipient') == FAR['sp_url']
    assert verified(saml, answer.body, tmp_path)
    assert not verified(saml, answer.body.replace(b'>admin<', b'>other<'), tmp_path)


def test_an_envelope_carries_the_relay_state(saml):
    document = ElementTree.fromstring(ask(saml, PATHS[1]).body)
    assert document.tag == '{%s}Envelope' % NAMES['soap']
    assert document.find('soap:Header/ecp:RelayState', NAMES).text.startswith('ss:mem:')
    assert document.find('soap:Body/p:Response', NAMES).get('Destination') == FAR['sp_url']


def test_the_metadata_and_the_key(saml):
    answer = saml.anonymous.get(METADATA)
    assert answer.status_int == 200 and answer.content_type == 'text/xml'
    document = ElementTree.fromstring(answer.body)
    assert document.get('entityID') == ISSUER
    assert document.find('.//md:SingleSignOnService', NAMES).get('Location') == OPTIONS['saml_sso_endpoint']
    path = os.path.join(saml.cloud.directory, 'keys', 'saml', 'identity.pem')
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700


@pytest.mark.parametrize('path', PATHS)
def test_who_gets_none(saml, path):
    assert ask(saml, path, provider='nobody').status_int == 404
    assert ask(saml, path, token='nonsense').status_int == 404
    assert ask(saml, path, token=saml.login(scope=None)).status_int == 403
    assert ask(saml, path, token=saml.login(scope={'system': {'all': True}})).status_int == 403
    saml.admin.patch('/v3/OS-FEDERATION/service_providers/far', {'service_provider': {'enabled': False}})
    answer = ask(saml, path)
    assert answer.status_int == 403 and 'Service Provider far is disabled' in answer.json['error']['message']
    for body in ({}, {'auth': {}}, {'auth': {'identity': {'token': {'id': 'x'}}}},
                 {'auth': {'identity': {'token': {'id': 1}}, 'scope': {'service_provider': {'id': 'far'}}}}):
        assert saml.anonymous.post(path, body).status_int == 400
    assert saml.anonymous.get(path).status_int == 405


def test_what_was_lent_brings_no_groups(saml):
    person = saml.person('mia', 'member')
    group = saml.make('groups', 'group', name='devs', domain_id='default')
    saml.admin.put('/v3/groups/%s/users/%s' % (group['id'], person.user_id))
    made = person.post('/v3/users/%s/application_credentials' % person.user_id,
                       {'application_credential': {'name': 'robot', 'roles': [{'name': 'reader'}]}})
    credential = made.json['application_credential']
    answer = saml.anonymous.post('/v3/auth/tokens', {'auth': {'identity': {
        'methods': ['application_credential'],
        'application_credential': {'id': credential['id'], 'secret': credential['secret']}}}})
    said = attributes(ElementTree.fromstring(ask(saml, token=answer.headers['X-Subject-Token']).body))
    assert said['openstack_roles'] == ['reader'] and 'openstack_groups' not in said


def test_it_is_off_unless_configured(identity):
    for path in PATHS:
        assert ask(identity, path).status_int == 404
    assert identity.anonymous.get(METADATA).status_int == 404


def test_without_the_program_it_says_so(saml, monkeypatch):
    assert ask(saml).status_int == 200
    monkeypatch.setenv('PATH', '/nowhere')
    answer = ask(saml)
    assert answer.status_int == 503 and 'xmlsec1' in answer.json['error']['message']


def test_another_cloud_takes_our_word(saml):
    """What the service provider's module would put into its environment, through the usual mapping."""
    said = attributes(ElementTree.fromstring(ask(saml).body))
    environ = {'MELLON_' + name: ';'.join(values) for name, values in said.items()}
    saml.cloud.conf.set_override('assertion_prefixes', ['MELLON_'], 'identity')
    rules = [{'local': [{'user': {'name': '{0}'}, 'projects': [{'name': '{1}', 'roles': [{'name': 'reader'}]}]}],
              'remote': [{'type': 'MELLON_openstack_user'}, {'type': 'MELLON_openstack_project'}]}]
    base = '/v3/OS-FEDERATION/'
    for path, body in (('mappings/k2k', {'mapping': {'rules': rules}}),
                       ('identity_providers/near', {'identity_provider': {'enabled': True}}),
                       ('identity_providers/near/protocols/saml2', {'protocol': {'mapping_id': 'k2k'}})):
        assert saml.admin.put(base + path, body).status_int == 201
    answer = saml.anonymous.post(base + 'identity_providers/near/protocols/saml2/auth', environ=environ)
    assert answer.json['token']['methods'] == ['saml2']
    projects = saml.as_(answer.headers['X-Subject-Token']).get('/v3/auth/projects').json['projects']
    assert [row['name'] for row in projects] == ['admin']
