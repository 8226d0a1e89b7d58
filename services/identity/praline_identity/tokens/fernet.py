# SPDX-License-Identifier: Apache-2.0
"""Tokens sealed with a shared key: the payload cannot be read or changed without it."""
import os

from cryptography import fernet

from praline_identity.tokens import keys
from praline_identity.tokens import payload as payloads


class Fernet:
    """seal(payload) -> str; open(token) -> Payload, ValueError when it is not one of ours."""

    def __init__(self, state, name='fernet'):
        self._repository = keys.Repository(os.path.join(state, 'keys', name))
        self._made_of, self._fernet = None, None

    def seal(self, payload):
        return self._current().encrypt(payloads.pack(payload)).decode().rstrip('=')

    def open(self, token):
        try:
            data = self._current().decrypt(token + '=' * (-len(token) % 4))
        except (fernet.InvalidToken, UnicodeEncodeError):
            raise ValueError('not a fernet token of this cloud') from None
        return payloads.unpack(data)

    def _current(self):
        found = self._repository.keys()
        if found is not self._made_of:
            self._fernet = fernet.MultiFernet([fernet.Fernet(key) for key in found])
            self._made_of = found
        return self._fernet
