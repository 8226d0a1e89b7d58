# SPDX-License-Identifier: Apache-2.0
"""`praline why ID`: what happened to a server, volume, request or operation, across services."""
import json
import time

from cliff import command

from praline_common import errors
from praline_common.cli import state as states
from praline_common.process import Process


class Why(command.Command):
    """Print the timeline and the cause for a server, volume, image, port, request or operation id."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('id', help='of a server, volume, image, port, request or operation')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        found = sorted(timeline(Process(state.config), args.id), key=lambda entry: entry[1]['created_at'])
        if not found:
            raise errors.NotFound('no service has an operation for %s; operations are kept for 30 days' % args.id)
        for service, row, lines in found:
            self.app.stdout.write('\n'.join(tell(service, row, lines)) + '\n')


def timeline(process, some_id):
    """[(service, operation row, journal)] of an id and of the requests that touched it."""
    found = {}
    wanted = {some_id}
    for _ in range(2):
        for name in process.services:
            runtime = process.runtime(name)
            if runtime.operations is None:
                continue
            with runtime.db.read() as conn:
                for one in wanted:
                    for row, lines in runtime.operations.of(conn, one):
                        found[row['id']] = (name, row, lines)
        wanted = {row['request_id'] for _, row, _ in found.values() if row['request_id']}
    return list(found.values())


def tell(service, row, lines):
    yield '%s  %s %s  %s  (request %s, operation %s)' % (
        _when(row['created_at']), service, row['kind'], row['state'], row['request_id'], row['id'])
    yield '  on %s' % row['resource_id']
    last = row['created_at']
    for line in lines:
        yield '  %+8.3f s  %-24s %-8s %s' % (line['at'] - last, line['step'], line['event'],
                                            json.dumps(line['data']) if line['data'] else '')
        last = line['at']
    if row['cause']:
        yield '  because: %s' % row['cause']
    if not row['ended_at']:
        yield '  worked on by %s, step after %s, attempt %d' % (row['owner'], row['step'] or 'the start', row['attempts'])


def _when(seconds):
    return time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(seconds))
