# SPDX-License-Identifier: Apache-2.0
"""memcached as something that may help and never hinders: whatever goes wrong there is a miss."""
import hashlib
import importlib
import logging
import threading
import time

LOG = logging.getLogger(__name__)
_SECONDS = 0.1
# How long a server that failed is left alone.
_PAUSE = 5.0
_SIZE = 1 << 20


class Memcached:
    """servers: ['host:port'].  A key belongs to one of them; while that one is away, its keys are missed."""

    def __init__(self, servers):
        self._servers = [_Server(address) for address in servers]

    def get(self, name):
        """The bytes kept under an ASCII name, or None."""
        found = self._of(name).ask(lambda client: client.get(name))
        return found if isinstance(found, bytes) else None

    def put(self, name, data, seconds):
        """Keep the bytes for so many seconds at most."""
        if len(data) < _SIZE:
            self._of(name).ask(lambda client: client.set(name, data, expire=seconds, noreply=True))

    def _of(self, name):
        """The same server for a name as long as the list is the same; one more server moves few names."""
        return max(self._servers, key=lambda server: hashlib.blake2b((server.address + name).encode(),
                                                                     digest_size=8).digest())


class _Server:
    """One connection a thread; the first one to ask after a pause finds out for all."""

    def __init__(self, address):
        self.address, self._mine = address, threading.local()
        self._silent_until = 0.0

    def ask(self, call):
        now = time.monotonic()
        if self._silent_until:
            if now < self._silent_until:
                return None
            self._silent_until = now + _PAUSE
        try:
            found = call(self._client())
        except Exception as error:      # the library raises its own, the system's and what bad bytes lead to
            self._mine.client = None
            if not self._silent_until:
                LOG.warning('memcached at %s: %s; going on without it', self.address, error)
            self._silent_until = time.monotonic() + _PAUSE
            return None
        if self._silent_until:
            LOG.warning('memcached at %s is back', self.address)
            self._silent_until = 0.0
        return found

    def _client(self):
        client = getattr(self._mine, 'client', None)
        if client is None:
            host, _, port = self.address.rpartition(':')
            # Imported where it is used: most clouds have no memcached.
            base = importlib.import_module('pymemcache.client.base')
            client = self._mine.client = base.Client((host, int(port)), connect_timeout=_SECONDS, timeout=_SECONDS,
                                                     no_delay=True)
        return client
