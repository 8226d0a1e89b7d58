# SPDX-License-Identifier: Apache-2.0
"""The ways to write a token down: one for new ones, all of them for reading."""
from praline_identity.tokens.fernet import Fernet
from praline_identity.tokens.jws import Jws

_KINDS = {'fernet': Fernet, 'jws': Jws}


class Formats:
    """seal(payload) -> str in the configured format; open(token) -> Payload, ValueError when it is none of ours."""

    def __init__(self, state, preferred):
        self._by_name = {name: kind(state) for name, kind in _KINDS.items()}
        self._preferred = self._by_name[preferred]

    def seal(self, payload):
        return self._preferred.seal(payload)

    def open(self, token):
        return self._by_name['jws' if token.count('.') == 2 else 'fernet'].open(token)
