# SPDX-License-Identifier: Apache-2.0
"""docs/clients.md out of what the tests know: `python -m tests.system.clients.document > docs/clients.md`."""
import importlib
import sys

from .replay import ISSUES

PROGRAMS = ('openshift', 'kubernetes', 'terraform', 'packer', 'nodepool', 'heat', 'horizon', 'skyline', 'exporter', 'rally')
HEAD = """# Clients

What people put on top of a cloud, tried against this one. Horizon, and openstacksdk for nodepool, run as they are; the others
are replayed request by request: methods, paths, versions, bodies, and what they read of the answers.
`tests/run tests/system/clients` does it; `python -m tests.system.clients.document > docs/clients.md` writes this page from it.

What works:
"""
WAITS = """## What waits

Refused today, with this status; with 404 only where the program first looks at the extensions (or the version, or the catalog)
and does not find it there, as with the real service.

| program | what | request | answer | comes with |
|---|---|---|--:|---|
"""


def text():
    """The whole page."""
    parts = [HEAD]
    waiting = []
    for name in PROGRAMS:
        module = importlib.import_module('.test_' + name, __package__)
        parts.append('## %s\n\n%s' % (module.SYSTEM, ''.join('- %s\n' % line for line in module.WORKS)))
        waiting += [(module.SYSTEM, row) for row in module.LATER]
    parts.append(WAITS + ''.join(_line(system, row) for system, row in waiting))
    return '\n'.join(parts)


def _line(system, row):
    version = ' at %s' % row.version if row.version else ''
    issue = 'issue %s: %s' % (row.issue, ISSUES[row.issue]) if row.issue in ISSUES else row.issue
    return '| %s | %s | `%s %s`%s | %d | %s |\n' % (system, row.what, row.method, row.path, version, row.status, issue)


if __name__ == '__main__':
    sys.stdout.write(text())
