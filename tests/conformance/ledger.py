# SPDX-License-Identifier: Apache-2.0
"""What is expected of every test of the field's suites: ledger/<suite>.txt, one line a test.

    passed tempest.api.identity.v3.test_tokens.TokensV3Test.test_create_token
    skipped tempest.api.network.test_dvr.Test.test_update: later: issue 12, distributed routers
    differs tempest.api.network.test_ports.Test.test_dhcp: ours: why our answer is the better one

A skip has a reason: `later: issue N, what` or what lies outside us.  Where a test fails by what we stand by, the line
says so, and its outcome is not compared.  There is no other status.
"""
import collections
import pathlib

DIRECTORY = pathlib.Path(__file__).parent / 'ledger'
STATUSES = ('passed', 'skipped', 'differs')
Entry = collections.namedtuple('Entry', 'status reason')


def suites():
    """The names of all suites, in the order in which they are told of."""
    return sorted(path.stem for path in DIRECTORY.glob('*.txt'))


def read(suite):
    """{test: Entry} of a suite."""
    return dict(map(_parse, (DIRECTORY / (suite + '.txt')).read_text().splitlines()))


def _parse(line):
    status, _, rest = line.partition(' ')
    name, _, reason = rest.partition(': ')
    assert (status in ('skipped', 'differs')) == bool(reason) and status in STATUSES, 'not a line of a ledger: %r' % line
    return name, Entry(status, reason)


def write(suite, entries):
    """Write {test: Entry}, in the order of the names."""
    lines = ['%s %s%s\n' % (entry.status, name, entry.reason and ': ' + entry.reason)
             for name, entry in sorted(entries.items())]
    (DIRECTORY / (suite + '.txt')).write_text(''.join(lines))


def differences(expected, results):
    """What did not come out as the ledger says, as text, '' if all did: the names, then why.

    results: {test: (status, detail)}.

    What is skipped in the ledger and passes now is a difference too: the ledger has to say so.
    """
    names, details = [], []
    for name, entry in sorted(expected.items()):
        status, detail = results[name]
        if entry.status not in (status, 'differs'):
            names.append('%s (expected: %s) %s' % (status, entry.status, name))
            details.append('=== %s\n%s' % (name, detail))
    return '\n'.join(['%d of %d came out otherwise' % (len(names), len(expected)), *names, *details]) if names else ''


def record(expected, results):
    """The ledger that these results make; known reasons stay, a new skip gets what the suite said."""
    out = {}
    for name, entry in expected.items():
        status, detail = results.get(name, (None, ''))
        if entry.status == 'differs':
            out[name] = entry
        elif status == 'passed':
            out[name] = Entry('passed', '')
        elif status == 'skipped':
            out[name] = Entry('skipped', entry.reason or 'unexplained: ' + ' '.join(detail.split()))
        else:
            out[name] = entry
    return out
