# SPDX-License-Identifier: Apache-2.0
"""Conntrack zones: a number for each network of this host, remembered so that connections keep theirs."""
import json
import os

FIRST, LAST = 1, 65535


class Zones:
    """Numbers held in one small file; a lost file only means new numbers."""

    def __init__(self, path, first=FIRST):
        self._path = path
        self._first = first
        try:
            with open(path) as file:
                self._taken = json.load(file)
        except (FileNotFoundError, ValueError):
            self._taken = {}

    def take(self, network_id):
        if network_id not in self._taken:
            used = set(self._taken.values())
            self._taken[network_id] = next(number for number in range(self._first, LAST + 1) if number not in used)
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
        fresh = self._path + '.new'
        with open(fresh, 'w') as file:
            json.dump(self._taken, file)
        os.replace(fresh, self._path)
