# SPDX-License-Identifier: Apache-2.0
"""Whole nft tables, loaded only when what is there is not what was left there."""
from praline_network.drivers.linuxbridge.command import CommandFailed


class Rulesets:
    """Remembers, per key, the text that was loaded and how nft listed it afterwards."""

    def __init__(self, runner):
        self._runner = runner
        self._settled = {}

    def settle(self, key, tables, text, namespace=None):
        """Load the text unless it holds already; (the listing before, the listing now).

        tables: [(family, name)] that the text replaces.
        """
        before = self.listing(tables, namespace)
        if self._settled.get(key) == (text, before):
            return before, before
        self._runner.nft(text, namespace)
        now = self.listing(tables, namespace)
        self._settled[key] = text, now
        return before, now

    def forget(self, key):
        self._settled.pop(key, None)

    def listing(self, tables, namespace=None):
        """The tables as nft prints them; '' for one that is not there."""
        return ''.join(self._list(family, name, namespace) for family, name in tables)

    def _list(self, family, name, namespace):
        try:
            return self._runner.run(['nft', 'list', 'table', family, name], namespace=namespace)
        except CommandFailed:
            return ''


def deletion(tables):
    """The lines after which the tables are gone, whether they were there or not."""
    return [line.format(family, name) for family, name in tables
            for line in ('table {0} {1} {{ }}', 'delete table {0} {1}')]
