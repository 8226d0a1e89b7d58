# SPDX-License-Identifier: Apache-2.0
"""Answers what guests ask of 169.254.169.254: finds out who asks, and lets compute answer."""
import base64
import logging
import threading
import time

from praline_common import errors

LOG = logging.getLogger(__name__)
REMEMBERED = 10.0
KEPT = 10000


class Answers:
    """Remembers for ten seconds who sits at an address; a booting guest asks often."""

    def __init__(self, contracts):
        self._contracts = contracts
        self._known = {}
        self._lock = threading.Lock()

    def __call__(self, network_id, source_ip, path, posted=None):
        """(status, content type, bytes) for the guest with this address on this network; posted: the bytes it sent."""
        compute = self._contracts.compute
        try:
            server_id = self._server_at(network_id, source_ip)
            answer = compute.metadata(None, server_id, path) if posted is None else compute.keep_metadata(
                None, server_id, path, base64.b64encode(posted).decode())
        except errors.NotFound:
            return _text(404, 'Not Found')
        except errors.Unavailable as error:
            LOG.warning('metadata for %s of network %s: %s', source_ip, network_id, error.message)
            return _text(503, 'Service Unavailable')
        return answer['status'], answer['content_type'], base64.b64decode(answer['data'])

    def _server_at(self, network_id, source_ip):
        key, now = (network_id, source_ip), time.monotonic()
        with self._lock:
            server_id, until = self._known.get(key, (None, 0))
        if until > now:
            return server_id
        server_id = self._contracts.network.instance_of(None, network_id, source_ip)['server_id']
        with self._lock:
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = server_id, now + REMEMBERED
        return server_id


def _text(status, message):
    return status, 'text/plain', message.encode() + b'\n'
