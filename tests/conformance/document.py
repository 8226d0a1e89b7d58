# SPDX-License-Identifier: Apache-2.0
"""docs/conformance.md, made of the ledger: `python -m tests.conformance.document` writes it."""
import collections
import pathlib

from . import ledger

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATH = ROOT / 'docs' / 'conformance.md'
INTEROP = pathlib.Path(__file__).parent / 'interop.txt'

# What released OpenStack got on the same machine (2026-11): passed, failed, skipped; why it failed.
REAL = {
    'identity': (134, 0, 4, ''),
    'image': (68, 4, 30, 'one store, no import from loopback, fake servers'),
    'volume': (194, 7, 19, 'its fake driver keeps no data'),
    'network': (166, 17, 79, 'without its router plug-in'),
    'interop': (211, 4, 2, 'fake drivers'),
    'keystone-plugin': (1966, 0, 14, ''),
    'glance-plugin': (186, 0, 0, ''),
}

TOP = '''# Conformance

What the field's own suites say of this cloud. Every run of `tests/run` asks them again: Tempest 47.0.0 with the plug-ins of
keystone, glance, cinder and neutron, on fake drivers, and short scenarios with guests that are logged in to (all of them:
`tests/run tests/conformance --scenarios`). The ledger (`tests/conformance/ledger/`, a line a test) is what has to come out; a
test that comes out otherwise fails the run. This page is made of it: `python -m tests.conformance.document`.

Microversions, a line each: `services/*/praline_*/api/history.py` (compute to 2.104, volume to 3.71, placement to 1.39).

| suite | tests | passed | skipped | differs | the real services: passed, failed, skipped |
|---|--:|--:|--:|--:|---|
'''
INTEROP_NAME = 'interop 2020.06, OpenStack Powered Compute'


def text():
    """The whole page."""
    books = {suite: ledger.read(suite) for suite in ledger.suites()}
    return TOP + ''.join(_rows(books)) + ''.join(map(_skips, books, books.values()))


def interop():
    """The tests of the interoperability guideline; all of them are in other suites too."""
    return INTEROP.read_text().split()


def _rows(books):
    for suite, entries in books.items():
        yield _row(suite, suite, entries.values())
    everything = {name: entry for entries in books.values() for name, entry in entries.items()}
    yield _row('interop', INTEROP_NAME, [everything[name] for name in interop()])


def _row(suite, name, entries):
    count = collections.Counter(entry.status for entry in entries)
    real = ''
    if suite in REAL:
        passed, failed, skipped, why = REAL[suite]
        real = '%d, %d, %d%s' % (passed, failed, skipped, why and ' (%s)' % why)
    return '| %s | %d | %d | %d | %d | %s |\n' % (name, len(entries), count['passed'], count['skipped'],
                                              count['differs'], real)


def _skips(suite, entries):
    """Why tests of a suite are skipped or differ, the most frequent reason first."""
    reasons = collections.Counter(entry.reason for entry in entries.values() if entry.reason)
    if not reasons:
        return ''
    rows = ''.join('| %d | %s |\n' % (count, reason) for reason, count in
                   sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
    return '\n## %s: what is skipped or differs, and why\n\n| tests | reason |\n|--:|---|\n%s' % (suite, rows)


if __name__ == '__main__':
    PATH.write_text(text())
