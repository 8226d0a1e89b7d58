# SPDX-License-Identifier: Apache-2.0
"""Logins through Apache: mod_auth_openidc against a provider of the tests' own, mod_auth_mellon against our own SAML
assertions, and REMOTE_USER from basic auth."""
import base64
import hashlib
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys

from keystoneauth1 import session as sessions
from keystoneauth1.identity import v3
import pytest
import requests

from praline_common.process import Process
from praline_identity.federation import saml_keys
from praline_identity.federation.saml import Writer

from . import oidc_provider
from .clouds import BIN, ROOT, Api, Cloud, start_apache, until

pytestmark = [pytest.mark.system, pytest.mark.slow]
MODULES = pathlib.Path('/usr/lib/apache2/modules')
NEEDED = ('mod_wsgi.so', 'mod_auth_openidc.so', 'mod_auth_mellon.so', 'mod_auth_basic.so')
GUIDE = (ROOT / 'docs' / 'federation.md').read_text()
DASHBOARD = 'http://127.0.0.1:9/auth/websso/'
OPTIONS = '''
external_auth = DefaultDomain
saml_entity_id = %(base)s/identity/v3/OS-FEDERATION/saml2/idp
saml_sso_endpoint = %(base)s/identity/v3/OS-FEDERATION/saml2/sso
'''
# The same APIs at another address, where the web server itself asks for a name and password.
BASIC = '''
LoadModule auth_basic_module @MODULES@/mod_auth_basic.so
LoadModule authn_file_module @MODULES@/mod_authn_file.so
Listen 127.0.0.1:@BASIC@
<VirtualHost 127.0.0.1:@BASIC@>
<Location "/identity/v3/auth/tokens">
    AuthType Basic
    AuthName identity
    AuthUserFile @STATE@/etc/htpasswd
    Require valid-user
</Location>
</VirtualHost>
'''


@pytest.fixture(scope='module')
def provider():
    with oidc_provider.Provider() as made:
        yield made


@pytest.fixture(scope='module')
def cloud(provider, tmp_path_factory):
    """The identity service alone under Apache; cloud.basic is the other address."""
    if os.geteuid() or not all((MODULES / name).exists() for name in NEEDED):
        pytest.skip('needs root and deploy/packages-distributed.txt')
    directory = tmp_path_factory.mktemp('federation')
    for path in (directory, *directory.parents[:2]):
        path.chmod(path.stat().st_mode | 0o011)
    port = random.randrange(30001, 31000)
    made = Cloud(directory / 'cloud', '--fake', '1', '--port', str(port))
    made.praline('init', *made.init)
    made.basic = 'http://127.0.0.1:%d' % (port + 1000)
    process = _apache(made, provider, port)
    try:
        until(lambda: not _answers(made.base), 60, 'Apache to answer')
        yield made
    finally:
        process.terminate()
        process.wait(30)
        made.purge()


def _apache(cloud, provider, port):
    etc = cloud.directory / 'etc'
    config = pathlib.Path(cloud.state.config)
    options = _block('ini').replace('OIDC_CLAIM_\n', 'OIDC_CLAIM_, MELLON_\n') + OPTIONS % {'base': cloud.base}
    config.write_text(config.read_text().replace('[identity]\n', options))
    (etc / 'provider.pem').write_bytes(provider.public_key())
    digest = base64.b64encode(hashlib.sha1(b'sesame').digest()).decode()
    (etc / 'htpasswd').write_text(''.join('%s:{SHA}%s\n' % (name, digest) for name in ('admin', 'stranger')))
    (etc / 'idp.xml').write_bytes(_metadata(cloud))
    own = saml_keys.ensure(str(etc))
    templates = [(ROOT / 'deploy' / 'apache' / name).read_text()
                 for name in ('praline.conf.in', 'federation.conf.in', 'saml.conf.in')]
    text = '\n'.join([*templates, BASIC])
    for name, value in {
            'PORT': port, 'BASIC': port + 1000, 'VENV': sys.prefix, 'CHECKOUT': ROOT, 'STATE': cloud.directory,
            'USER': 'nobody', 'MODULES': MODULES, 'ISSUER': provider.url, 'CLIENT_ID': oidc_provider.CLIENT,
            'CLIENT_SECRET': oidc_provider.SECRET, 'PROVIDER': 'acme', 'PROTOCOL': 'openid', 'PASSPHRASE': 'sealed',
            'IDP_METADATA': etc / 'idp.xml', 'SP_KEY': own, 'SP_CERT': own, 'SP_ENTITY_ID': cloud.base + '/sp',
            'PUBLIC_KEY': '%s#%s' % (oidc_provider.KEY_ID, etc / 'provider.pem')}.items():
        text = text.replace('@%s@' % name, str(value))
    (etc / 'apache.conf').write_text(text)
    return start_apache(cloud, etc / 'apache.conf')


def _metadata(cloud):
    """What a service provider is given to know us by, before Apache serves it."""
    process = Process(cloud.state.config)
    try:
        return Writer(process.runtime('identity').options, process.conf.state).metadata()
    finally:
        process.transport.close()


def _answers(base):
    try:
        return requests.get(base + '/identity/v3', timeout=20).status_code == 200
    except requests.RequestException:
        return False


def _block(kind):
    """The text of the guide's block of this kind."""
    return re.search(r'^```%s\n(.*?)^```$' % kind, GUIDE, re.MULTILINE | re.DOTALL).group(1)


def _openstack(command, cwd=None, **environment):
    """What a command of the program `openstack` prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith('OS_')}
    done = subprocess.run([BIN / 'openstack', *shlex.split(command)], env={**clean, **environment}, cwd=cwd,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, '%s\n%s' % (command, done.stderr)
    return done.stdout


@pytest.fixture(scope='module')
def api(cloud, provider, tmp_path_factory):
    """The admin's requests; the provider is known as the guide makes it so."""
    directory = tmp_path_factory.mktemp('guide')
    (directory / 'mapping.json').write_text(_block('json'))
    for line in _block('bash').splitlines():
        _openstack(line.removeprefix('openstack ').replace('https://idp.example', provider.url), directory,
                   OS_CLIENT_CONFIG_FILE=cloud.clouds_yaml, OS_CLOUD='praline')
    return Api(cloud)


def plugin(cloud, provider, kind, **given):
    return kind(cloud.base + '/identity/v3', 'acme', 'openid', **given)


def password(cloud, provider, name='alice', **scope):
    return plugin(cloud, provider, v3.OidcPassword, client_id=oidc_provider.CLIENT, username=name,
                  client_secret=oidc_provider.SECRET, password=oidc_provider.PEOPLE[name]['password'],
                  discovery_endpoint=provider.url + '/.well-known/openid-configuration', **scope)


def test_a_password_at_the_provider_becomes_a_token_of_a_project(cloud, api, provider):
    auth = password(cloud, provider, project_id=api.project_id)
    session = sessions.Session(auth)
    access = auth.get_access(session)
    assert access.project_id == api.project_id and access.is_federated and access.username == 'alice'
    assert {'member', 'reader'} <= set(access.role_names) and 'admin' not in access.role_names
    answer = session.get(cloud.base + '/identity/v3/auth/projects')
    assert [row['id'] for row in answer.json()['projects']] == [api.project_id]
    again = password(cloud, provider).get_access(sessions.Session())
    assert again.user_id == access.user_id and not again.project_scoped


def test_an_access_token_is_enough(cloud, api, provider):
    auth = plugin(cloud, provider, v3.OidcAccessToken, access_token=provider.token('alice'),
                  project_id=api.project_id)
    assert auth.get_access(sessions.Session()).project_id == api.project_id


def test_who_has_no_role_gets_no_further_than_in(cloud, api, provider):
    assert password(cloud, provider, 'bob').get_access(sessions.Session()).username == 'bob'
    auth = password(cloud, provider, 'bob', project_id=api.project_id)
    with pytest.raises(Exception, match='401'):
        auth.get_access(sessions.Session())


AUTH = '/identity/v3/OS-FEDERATION/identity_providers/acme/protocols/openid/auth'


@pytest.mark.parametrize('headers', [
    {}, {'OIDC_CLAIM_sub': 'alice', 'OIDC-CLAIM-sub': 'alice'}, {'Authorization': 'Bearer nonsense'},
    {'REMOTE_USER': 'alice'}])
def test_without_a_token_of_the_provider_nobody_comes_in(cloud, api, headers):
    assert requests.post(cloud.base + AUTH, headers=headers, timeout=30).status_code == 401


def test_neither_does_one_that_is_over_or_of_somebody_else(cloud, api, provider):
    other = oidc_provider.Provider()
    other.url = provider.url
    for token in (provider.token('alice', seconds=-100), other.token('alice')):
        answer = requests.post(cloud.base + AUTH, headers={'Authorization': 'Bearer ' + token}, timeout=30)
        assert answer.status_code == 401
    answer = requests.post(cloud.base + AUTH, timeout=30, headers={
        'Authorization': 'Bearer ' + provider.token('alice', iss='http://elsewhere')})
    assert answer.status_code in (401, 403)


def test_a_header_is_no_assertion_where_apache_guards_nothing(cloud, api):
    body = {'auth': {'identity': {'methods': ['openid'], 'openid': {'identity_provider': 'acme',
                                                                    'protocol': 'openid'}}}}
    answer = requests.post(cloud.base + '/identity/v3/auth/tokens', json=body, timeout=30,
                           headers={'OIDC_CLAIM_sub': 'alice', 'OIDC-CLAIM-sub': 'alice', 'OIDC-CLAIM-email': 'a@b'})
    assert answer.status_code == 401


@pytest.mark.parametrize('path', ['websso/openid', 'identity_providers/acme/protocols/openid/websso'])
def test_a_browser_comes_back_to_the_dashboard_with_a_token(cloud, api, provider, path):
    with requests.Session() as browser:
        answer = browser.get('%s/identity/v3/auth/OS-FEDERATION/%s' % (cloud.base, path), timeout=30,
                             params={'origin': DASHBOARD})
    assert answer.status_code == 200 and 'action="%s"' % DASHBOARD in answer.text, answer.text
    assert [step.status_code for step in answer.history] == [302, 302, 302]
    token = re.search('name="token" value="([^"]+)"', answer.text).group(1)
    auth = v3.Token(cloud.base + '/identity/v3', token, project_id=api.project_id)
    assert auth.get_access(sessions.Session()).username == 'alice'


def test_a_browser_from_an_untrusted_dashboard(cloud, api, provider):
    with requests.Session() as browser:
        answer = browser.get(cloud.base + '/identity/v3/auth/OS-FEDERATION/websso/openid', timeout=30,
                             params={'origin': 'http://evil.example/'})
    assert answer.status_code == 401


def test_the_openstack_program(cloud, api, provider):
    """As the guide has it."""
    text = _block('sh').replace('https://idp.example', provider.url).replace('http://127.0.0.1:8780', cloud.base)
    *exports, command = text.splitlines()
    settings = dict(pair.split('=', 1) for line in exports for pair in line.split()[1:])
    shown = _openstack(command.removeprefix('openstack ') + ' -f value -c project_id', **settings)
    assert shown.strip() == api.project_id


def external(cloud, auth, body=None, scope=None):
    identity = body or {'methods': ['external'], 'external': {}}
    return requests.post(cloud.basic + '/identity/v3/auth/tokens', auth=auth, timeout=30,
                         json={'auth': {'identity': identity, **({'scope': scope} if scope else {})}})


def test_whom_apache_has_authenticated(cloud, api):
    answer = external(cloud, ('admin', 'sesame'), scope={'project': {'id': api.project_id}})
    assert answer.status_code == 201, answer.text
    token = answer.json()['token']
    assert token['user']['name'] == 'admin' and token['methods'] == ['external']
    assert token['project']['id'] == api.project_id


def test_whom_apache_does_not_know_or_we_do_not_know(cloud, api):
    assert external(cloud, ('admin', 'wrong')).status_code == 401
    assert external(cloud, None).status_code == 401
    assert external(cloud, ('stranger', 'sesame')).status_code == 401
    headers = {'REMOTE_USER': 'admin', 'Remote-User': 'admin'}
    answer = requests.post(cloud.base + '/identity/v3/auth/tokens', headers=headers, timeout=30,
                           json={'auth': {'identity': {'methods': ['external'], 'external': {}}}})
    assert answer.status_code == 401


@pytest.fixture(scope='module')
def far(cloud, api):
    """This cloud as another one that takes its assertions, through mod_auth_mellon; the project of its users there."""
    base, auth = '/identity/v3/OS-FEDERATION/', 'identity_providers/near/protocols/saml2'
    rules = [{'local': [{'user': {'name': '{0}'}, 'projects': [{'name': '{1}', 'roles': [{'name': 'reader'}]}]},
                        {'groups': '{2}', 'domain': {'name': 'Default'}}],
              'remote': [{'type': 'MELLON_openstack_user'}, {'type': 'MELLON_openstack_project'},
                         {'type': 'MELLON_openstack_groups'}]}]
    group = api.must('GET', '/identity/v3/groups?name=devs')['groups'][0]['id']
    user = api.must('GET', '/identity/v3/users?name=admin')['users'][0]['id']
    api.must('PUT', '/identity/v3/groups/%s/users/%s' % (group, user))
    api.must('PUT', base + 'mappings/k2k', {'mapping': {'rules': rules}})
    api.must('PUT', base + 'identity_providers/near', {'identity_provider': {
        'enabled': True, 'remote_ids': [cloud.base + '/identity/v3/OS-FEDERATION/saml2/idp']}})
    api.must('PUT', base + auth, {'protocol': {'mapping_id': 'k2k', 'remote_id_attribute': 'MELLON_IDP'}})
    api.must('PUT', base + 'service_providers/far', {'service_provider': {
        'enabled': True, 'auth_url': cloud.base + base + auth + '/auth', 'relay_state_prefix': cloud.base + '/',
        'sp_url': cloud.base + '/identity/v3/mellon/paosResponse'}})
    return group


def test_keystone_to_keystone(cloud, api, far):
    auth = cloud.state.cloud()['auth']
    local = v3.Password(cloud.base + '/identity/v3', username=auth['username'], password=auth['password'],
                        user_domain_id='default', project_name='admin', project_domain_id='default')
    there = v3.Keystone2Keystone(local, 'far')
    session = sessions.Session(there)
    access = there.get_access(session)
    assert access.username == 'admin' and access.user_domain_name != 'Default' and access.is_federated
    projects = session.get(cloud.base + '/identity/v3/auth/projects').json()['projects']
    assert {row['name'] for row in projects} == {'admin'} and len(projects) == 2
    scoped = v3.Keystone2Keystone(local, 'far', project_id=projects[0]['id'])
    assert scoped.get_access(sessions.Session()).project_name == 'admin'


def test_an_assertion_that_was_changed_is_refused(cloud, api, far):
    body = {'auth': {'identity': {'methods': ['token'], 'token': {'id': api.token}},
                     'scope': {'service_provider': {'id': 'far'}}}}
    answer = requests.post(cloud.base + '/identity/v3/auth/OS-FEDERATION/saml2/ecp', json=body, timeout=30)
    assert answer.status_code == 200
    headers = {'Content-Type': 'application/vnd.paos+xml'}
    statuses = [requests.post(answer.headers['X-sp-url'], data=text, headers=headers, allow_redirects=False,
                              timeout=30).status_code
                for text in (answer.content, answer.content.replace(b'>admin<', b'>other<'))]
    assert statuses[0] in (302, 303) and statuses[1] >= 400
