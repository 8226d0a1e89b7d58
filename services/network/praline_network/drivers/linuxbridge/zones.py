# SPDX-License-Identifier: Apache-2.0
"""Conntrack zones: a number for each network of this host, remembered so that connections keep theirs."""
import json

from praline_network.drivers.linuxbridge import files

FIRST, LAST = 1, 65535


class Zones:
    """Numbers held in one small file; a lost file only means new numbers."""

    def __init__(self, path):
        self._path = path
        self._taken = json.loads(files.read(path) or '{}')

    def take(self, network_id):
        if network_id not in self._taken:
            used = set(self._taken.values())
            self._taken[network_id] = next(number for number in range(FIRST, LAST + 1) if number not in used)
            self._write()
        return self._taken[network_id]

    def get(self, network_id):
        return self._taken.get(network_id)

    def release(self, network_id):
        if self._taken.pop(network_id, None) is not None:
            self._write()

    def keep_only(self, network_ids):
        for network_id in set(self._taken) - set(network_ids):
            self.release(network_id)

    def _write(self):
        files.replace(self._path, json.dumps(self._taken))
