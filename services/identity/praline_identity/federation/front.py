# SPDX-License-Identifier: Apache-2.0
"""What the web server in front says of a request: who it authenticated, what an identity provider asserted of them.

Only names that begin with one of the option assertion_prefixes are assertions; without one there are none.  Names
that begin with HTTP_ are headers, which any client can send.  They count only where a prefix says HTTP_ itself,
and only at the addresses that the web server is to guard, never at /v3/auth/tokens.
"""
_HEADER = 'HTTP_'


class Front:
    """guarded: the request came to an address of federated logins."""

    def __init__(self, options, environ, guarded=False):
        self._options, self._environ, self.guarded = options, environ, guarded

    @property
    def remote_user(self):
        return self._environ.get('REMOTE_USER') or None

    @property
    def remote_domain(self):
        return self._environ.get('REMOTE_DOMAIN') or None

    def assertion(self):
        """{name: text} of what is asserted."""
        return {name: _text(value) for name, value in self._environ.items()
                if isinstance(value, str) and self._counts(name)}

    def _counts(self, name):
        prefixes = self._options.assertion_prefixes
        if name.startswith(_HEADER):
            prefixes = [prefix for prefix in prefixes if prefix.startswith(_HEADER)] if self.guarded else []
        return any(prefix and name.startswith(prefix) for prefix in prefixes)


def _text(value):
    """WSGI hands bytes over as Latin-1; what was UTF-8 becomes so again."""
    try:
        return value.encode('latin-1').decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value


NOTHING = Front(None, {})
