# SPDX-License-Identifier: Apache-2.0
"""A small OpenID Connect provider: everybody in PEOPLE may log in, with a password or by being asked to."""
import http.server
import json
import secrets
import threading
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
import jwt

PEOPLE = {'alice': {'password': 'wonder', 'email': 'alice@example.org', 'groups': ['dev', 'ops']},
          'bob': {'password': 'builder', 'email': 'bob@example.org', 'groups': ['ops']}}
CLIENT, SECRET, KEY_ID = 'praline', 'client-secret', 'key-1'


class Provider:
    """with Provider() as provider: provider.url; browser: who a browser logs in as."""

    browser = 'alice'

    def __init__(self):
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes = {}

    def __enter__(self):
        handler = type('Handler', (_Handler,), {'provider': self})
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self.url = 'http://127.0.0.1:%d' % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc):
        self._server.shutdown()
        self._server.server_close()

    def public_key(self):
        """PEM, as the web server wants it."""
        return self._key.public_key().public_bytes(serialization.Encoding.PEM,
                                                   serialization.PublicFormat.SubjectPublicKeyInfo)

    def documents(self):
        key = {**jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True), 'kid': KEY_ID, 'use': 'sig',
               'alg': 'RS256'}
        return {'/.well-known/openid-configuration': {
            'issuer': self.url, 'authorization_endpoint': self.url + '/authorize', 'jwks_uri': self.url + '/keys',
            'token_endpoint': self.url + '/token', 'response_types_supported': ['code'],
            'subject_types_supported': ['public'], 'id_token_signing_alg_values_supported': ['RS256'],
            'grant_types_supported': ['authorization_code', 'password'],
            'token_endpoint_auth_methods_supported': ['client_secret_basic']}, '/keys': {'keys': [key]}}

    def token(self, name, seconds=300, **claims):
        """A signed token about one of PEOPLE."""
        person, now = PEOPLE[name], int(time.time())
        claims = {'iss': self.url, 'sub': name, 'aud': CLIENT, 'iat': now, 'exp': now + seconds,
                  'email': person['email'], 'groups': person['groups'], **claims}
        return jwt.encode(claims, self._key, algorithm='RS256', headers={'kid': KEY_ID})

    def grant(self, form):
        """The answer of the token endpoint, None to refuse."""
        if form.get('grant_type') == 'password':
            name, more = form.get('username'), {}
            if name not in PEOPLE or PEOPLE[name]['password'] != form.get('password'):
                return None
        else:
            name, nonce = self.codes.pop(form.get('code'), (None, None))
            more = {'nonce': nonce} if nonce else {}
            if name is None:
                return None
        return {'access_token': self.token(name), 'id_token': self.token(name, **more), 'token_type': 'Bearer',
                'expires_in': 300}


class _Handler(http.server.BaseHTTPRequestHandler):

    provider = None

    def do_GET(self):
        address = urlsplit(self.path)
        if address.path == '/authorize':
            return self._send_back({name: values[0] for name, values in parse_qs(address.query).items()})
        found = self.provider.documents().get(address.path)
        self._answer(404 if found is None else 200, found or {})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        granted = self.provider.grant({name: values[0] for name, values in parse_qs(text).items()})
        self._answer(200 if granted else 400, granted or {'error': 'invalid_grant'})

    def _send_back(self, asked):
        code = secrets.token_urlsafe()
        self.provider.codes[code] = (self.provider.browser, asked.get('nonce'))
        self.send_response(302)
        self.send_header('Location', asked['redirect_uri'] + '?' + urlencode({'code': code, 'state': asked['state']}))
        self.send_header('Content-Length', '0')
        self.end_headers()

    def _answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass
