# SPDX-License-Identifier: Apache-2.0
"""Tokens signed with ES256: any holder of the public keys can tell that they are ours."""
import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
import jwt

from praline_identity.tokens import keys
from praline_identity.tokens import payload as payloads


class Jws:
    """seal(payload) -> str; open(token) -> Payload, ValueError when no key of ours signed it."""

    def __init__(self, state):
        self._repository = keys.Repository(os.path.join(state, 'keys', 'jws'), new_key)
        self._made_of, self._private, self._public = None, None, []

    def seal(self, payload):
        self._load()
        claims = {'sub': payload.user_id, 'iat': payload.issued_at // 1000000, 'exp': payload.expires_at // 1000000,
                  **payloads.to_claims(payload)}
        return jwt.encode(claims, self._private, algorithm='ES256')

    def open(self, token):
        self._load()
        for key in self._public:
            try:
                # The end is the issuer's business: a token may be asked for after it.
                claims = jwt.decode(token, key, algorithms=['ES256'], options={'verify_exp': False})
            except jwt.InvalidTokenError:
                continue
            if 'p' in claims:
                return payloads.from_claims(claims)
        raise ValueError('not a signed token of this cloud')

    def _load(self):
        found = self._repository.keys()
        if found is not self._made_of:
            private = [serialization.load_pem_private_key(pem, None) for pem in found]
            self._private, self._public = private[0], [key.public_key() for key in private]
            self._made_of = found


def new_key():
    """A private key as PEM bytes."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
