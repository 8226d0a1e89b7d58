# SPDX-License-Identifier: Apache-2.0
"""Seals what must be read back in the clear (credentials, shared secrets), with keys apart from the database."""
import os

from cryptography import fernet

from praline_common import errors
from praline_identity.tokens import keys


class Sealer:
    """seal(text) -> str; open(sealed) -> text.  Keys: <state>/keys/credential; rotation keeps the old ones."""

    def __init__(self, runtime):
        self._repository = keys.Repository(os.path.join(runtime.conf.state, 'keys', 'credential'))

    def _current(self):
        return fernet.MultiFernet([fernet.Fernet(key) for key in self._repository.keys()])

    def seal(self, text):
        return self._current().encrypt(text.encode()).decode()

    def open(self, sealed):
        try:
            return self._current().decrypt(sealed).decode()
        except fernet.InvalidToken:
            raise errors.Error('A stored credential cannot be opened: its key is missing from <state>/keys/credential.'
                               ) from None
