# SPDX-License-Identifier: Apache-2.0
"""Clients that authenticate with a certificate (RFC 8705): through a header, and over real TLS with the real clients."""
import base64
import datetime
import ssl
import urllib.parse
from wsgiref import simple_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from keystoneauth1 import exceptions
from keystoneauth1 import session as sessions
from keystoneauth1.identity import v3
from keystonemiddleware import oauth2_mtls_token
import pytest
import requests
import webob

PATH, HEADER = '/v3/OS-OAUTH2/token', 'X-Client-Certificate'
RULES = [{'local': [{'user': {'name': '{0}', 'id': '{1}', 'email': '{2}', 'domain': {'name': '{3}', 'id': '{4}'}}}],
          'remote': [{'type': 'SSL_CLIENT_SUBJECT_DN_' + word} for word in ('CN', 'UID', 'EMAILADDRESS', 'O', 'DC')]
          + [{'type': 'SSL_CLIENT_ISSUER_DN_CN', 'any_one_of': ['root']}]}]
WORDS = {'CN': NameOID.COMMON_NAME, 'UID': NameOID.USER_ID, 'EMAILADDRESS': NameOID.EMAIL_ADDRESS,
         'O': NameOID.ORGANIZATION_NAME, 'DC': NameOID.DOMAIN_COMPONENT}


class Authority:
    """Signs certificates.  certificate(...) -> (PEM of it, PEM of its key)."""

    def __init__(self, name='root'):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.pem = self._pem(self._signed(self.name, self.key, x509.BasicConstraints(True, None)))

    def certificate(self, address=None, **subject):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(WORDS[word], value) for word, value in subject.items()])
        more = x509.SubjectAlternativeName([x509.DNSName(address)]) if address else x509.BasicConstraints(False, None)
        return self._pem(self._signed(name, key, more)), key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()

    def _signed(self, name, key, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=1)).add_extension(extension, False)
                .sign(self.key, hashes.SHA256()))

    @staticmethod
    def _pem(certificate):
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope='module')
def authority():
    return Authority()


def prepare(identity):
    """A user with a default project, and the mapping; what its certificate must say."""
    user = identity.make('users', 'user', name='robot', email='robot@example.org', default_project_id=identity.project())
    path = '/v3/projects/%s/users/%s/roles/' % (identity.project(), user['id'])
    assert identity.admin.put(path + identity.role('member')).status_int == 204
    made = identity.admin.put('/v3/OS-FEDERATION/mappings/oauth2_mapping', {'mapping': {'rules': RULES}})
    assert made.status_int == 201, made.text
    return {'CN': 'robot', 'UID': user['id'], 'EMAILADDRESS': 'robot@example.org', 'O': 'Default', 'DC': 'default'}


@pytest.fixture
def identity(start):
    return start(oauth2_certificate='HTTP_X_CLIENT_CERTIFICATE')


@pytest.fixture
def says(identity):
    return prepare(identity)


def ask(identity, certificate, client_id, header=HEADER, **form):
    data = urllib.parse.urlencode({'grant_type': 'client_credentials', 'client_id': client_id, **form}).encode()
    return identity.anonymous.request('POST', PATH, data=data, headers={
        'Content-Type': 'application/x-www-form-urlencoded', header: urllib.parse.quote(certificate)})


def body_of(identity, token):
    return identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).json['token']


def test_a_certificate_gives_a_token_that_is_bound_to_it(identity, says, authority):
    pem, _ = authority.certificate(**says)
    answer = ask(identity, pem, says['UID'])
    assert answer.status_int == 200 and answer.json['token_type'] == 'Bearer' and answer.json['expires_in'] == 3600
    body = body_of(identity, answer.json['access_token'])
    digest = hashes.Hash(hashes.SHA256())
    digest.update(pem.encode())
    assert body['oauth2_credential'] == {'x5t#S256': base64.urlsafe_b64encode(digest.finalize()).decode()}
    assert body['methods'] == ['oauth2_credential'] and body['project']['name'] == 'admin'
    assert body['user']['name'] == 'robot' and [role['name'] for role in body['roles']] == ['member', 'reader']


def test_what_is_made_of_it_is_bound_too(identity, says, authority):
    token = ask(identity, authority.certificate(**says)[0], says['UID']).json['access_token']
    made = identity.anonymous.post('/v3/auth/tokens', {'auth': {
        'identity': {'methods': ['token'], 'token': {'id': token}}, 'scope': {'project': {'id': identity.project()}}}})
    assert made.json['token']['oauth2_credential'] == body_of(identity, token)['oauth2_credential']


def test_base64_of_der_is_understood(identity, says, authority):
    der = ssl.PEM_cert_to_DER_cert(authority.certificate(**says)[0])
    assert ask(identity, base64.b64encode(der).decode(), says['UID']).status_int == 200


def refused(answer):
    return answer.status_int == 401 and answer.json == {
        'error': 'invalid_client', 'error_description': 'Client authentication failed.'}


@pytest.mark.parametrize('word', sorted(WORDS))
def test_everything_that_the_mapping_names_must_agree(identity, says, authority, word):
    assert refused(ask(identity, authority.certificate(**{**says, word: 'other'})[0], says['UID']))
    without = {name: value for name, value in says.items() if name != word}
    assert refused(ask(identity, authority.certificate(**without)[0], says['UID']))


def test_who_else_is_refused(identity, says, authority):
    pem, _ = authority.certificate(**says)
    assert refused(ask(identity, pem, identity.admin_id)) and refused(ask(identity, pem, 'nobody'))
    assert refused(ask(identity, pem, ''))
    assert refused(ask(identity, Authority('other').certificate(**says)[0], says['UID']))
    assert refused(ask(identity, authority.certificate(**{**says, 'CN': 'robot;admin'})[0], says['UID']))
    for nonsense in ('nonsense', '-----BEGIN CERTIFICATE-----', pem[:200]):
        assert refused(ask(identity, nonsense, says['UID']))
    assert identity.admin.patch('/v3/users/' + says['UID'], {'user': {'default_project_id': None}}).status_int == 200
    assert refused(ask(identity, pem, says['UID']))


def test_a_disabled_user_or_one_without_a_role_gets_nothing(identity, says, authority):
    pem, _ = authority.certificate(**says)
    token = ask(identity, pem, says['UID']).json['access_token']
    path = '/v3/projects/%s/users/%s/roles/%s' % (identity.project(), says['UID'], identity.role('member'))
    assert identity.admin.delete(path).status_int == 204
    assert ask(identity, pem, says['UID']).json['error'] == 'invalid_client'
    assert identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token}).status_int == 404
    identity.admin.put(path)
    identity.admin.patch('/v3/users/' + says['UID'], {'user': {'enabled': False}})
    assert ask(identity, pem, says['UID']).json['error'] == 'invalid_client'


def test_a_mapping_that_names_nobody_lets_nobody_in(identity, says, authority):
    rules = [{'local': [{'user': {'domain': {'id': 'default'}}}], 'remote': RULES[0]['remote'][-1:]}]
    identity.admin.patch('/v3/OS-FEDERATION/mappings/oauth2_mapping', {'mapping': {'rules': rules}})
    assert refused(ask(identity, authority.certificate(CN='x')[0], says['UID']))
    identity.admin.delete('/v3/OS-FEDERATION/mappings/oauth2_mapping')
    assert refused(ask(identity, authority.certificate(**says)[0], says['UID']))


@pytest.mark.parametrize('options', [{}, {'oauth2_certificate': 'SSL_CLIENT_CERT'}, {
    'oauth2_certificate': 'HTTP_X_CLIENT_CERTIFICATE', 'oauth2_authn_methods': ['client_secret_basic']}])
def test_a_header_says_nothing_unless_the_operator_says_so(start, authority, options):
    identity = start(**options)
    says = prepare(identity)
    pem, _ = authority.certificate(**says)
    assert refused(ask(identity, pem, says['UID']))
    assert refused(ask(identity, pem, says['UID'], header='SSL-Client-Cert'))


class _Secure(simple_server.WSGIRequestHandler):
    """What a web server with client certificates does: the certificate that it verified into the environment."""

    def get_environ(self):
        environ = super().get_environ()
        environ['SSL_CLIENT_CERT'] = ssl.DER_cert_to_PEM_cert(self.connection.getpeercert(True))
        environ['wsgi.url_scheme'] = 'https'
        return environ

    def log_message(self, *_):
        pass


@pytest.fixture
def secured(serve, authority, tmp_path):
    """(Identity, its https URL, what the client's certificate says, file names of root, certificate and key)."""
    names = {name: str(tmp_path / name) for name in ('root', 'server', 'client', 'key')}
    server_pem, server_key = authority.certificate('localhost', CN='localhost')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for name, text in (('root', authority.pem), ('server', server_pem + server_key)):
        (tmp_path / name).write_text(text)
    context.load_cert_chain(names['server'])
    context.load_verify_locations(names['root'])
    context.verify_mode = ssl.CERT_REQUIRED
    identity, url = serve(secure=(context, _Secure), oauth2_certificate='SSL_CLIENT_CERT')
    says = prepare(identity)
    pem, key = authority.certificate(**says)
    (tmp_path / 'client').write_text(pem)
    (tmp_path / 'key').write_text(key)
    return identity, url, says, names


def test_the_real_plugin_over_tls(secured, authority, tmp_path):
    _, url, says, names = secured

    def session(certificate, key):
        plugin = v3.OAuth2mTlsClientCredential(auth_url=url + '/v3', oauth2_endpoint=url + PATH,
                                               oauth2_client_id=says['UID'])
        return sessions.Session(auth=plugin, verify=names['root'], cert=(certificate, key))
    mine = session(names['client'], names['key'])
    assert mine.auth.get_access(mine).role_names == ['member', 'reader']
    assert mine.get_auth_headers()['Authorization'].startswith('Bearer ')
    for name, text in zip(('other', 'other.key'), authority.certificate(CN='somebody')):
        (tmp_path / name).write_text(text)
    with pytest.raises(exceptions.ClientException, match='Client authentication failed'):
        session(str(tmp_path / 'other'), str(tmp_path / 'other.key')).get_token()


class _Input:
    """wsgi.input as eventlet's server has it: with the socket, and so the certificate, of the client."""

    def __init__(self, pem):
        self._der = ssl.PEM_cert_to_DER_cert(pem)

    def get_socket(self):
        return self

    def getpeercert(self, binary_form):
        return self._der


def test_the_real_filter_holds_tokens_to_their_certificate(secured, authority):
    _, url, says, names = secured
    token = requests.post(url + PATH, {'grant_type': 'client_credentials', 'client_id': says['UID']}, timeout=30,
                          cert=(names['client'], names['key']), verify=names['root']).json()['access_token']
    app = oauth2_mtls_token.filter_factory({}, auth_type='password', auth_url=url, username='praline',
                                           password='the-admin-secret', user_domain_id='default', project_name='service',
                                           project_domain_id='default', www_authenticate_uri=url, cafile=names['root'],
                                           certfile=names['client'], keyfile=names['key'])(
        lambda environ, start: webob.Response(json={'roles': environ['HTTP_X_ROLES']})(environ, start))

    def through(pem):
        request = webob.Request.blank('/', headers={'Authorization': 'Bearer ' + token})
        request.environ['wsgi.input'] = _Input(pem)
        return request.get_response(app)
    with open(names['client']) as file:
        assert through(file.read()).json == {'roles': 'member,reader'}
    assert through(authority.certificate(**says)[0]).status_int == 401
