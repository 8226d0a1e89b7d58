# SPDX-License-Identifier: Apache-2.0
"""`praline audit`: rows compared with what really exists, over every service and host."""
import json

from cliff import command
from keystoneauth1 import exceptions

from praline_common import errors
from praline_common.cli import state as states


class Audit(command.Command):
    """Print every difference between rows and reality; with --repair mend it."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--repair', action='store_true', help='mend what can be mended')
        parser.add_argument('--json', action='store_true', help='print the differences as JSON')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        drift = collect(state, args.repair)
        if args.json:
            self.app.stdout.write(json.dumps(drift, indent=1) + '\n')
        for item in [] if args.json else drift:
            self.app.stdout.write('%-9s %-18s %-38s %-12s %s%s\n' % (
                item['service'], item['kind'], item['id'], item.get('host') or '-', item['detail'],
                '  (mended)' if item.get('repaired') else ''))
        left = [item for item in drift if not item.get('repaired')]
        self.app.stderr.write('drift: %d, mended: %d\n' % (len(left), len(drift) - len(left)))
        return 1 if left else 0


def collect(state, repair=False):
    """[{'service', 'kind', 'id', 'host', 'detail', 'repaired'}] from every service's audit."""
    session, base = state.session(), state.cloud()['auth']['auth_url'].removesuffix('/identity/v3')
    drift = []
    for mount in ('image', 'compute', 'placement', 'volume', 'network'):
        try:
            answer = session.request(base + '/%s/praline/audit' % mount, 'POST' if repair else 'GET')
        except exceptions.ConnectFailure:
            raise errors.Unavailable('the cloud does not answer at %s; start it with `praline up`' % base) from None
        drift += [dict(item, service=mount) for item in answer.json()['drift']]
    return drift
