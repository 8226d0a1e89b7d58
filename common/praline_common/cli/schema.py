# SPDX-License-Identifier: Apache-2.0
"""`praline db upgrade` and `praline db revision`: the schema of each service."""
from cliff import command

from praline_common.cli import arguments
from praline_common.cli import state as states
from praline_common.db import migrate
from praline_common.process import Process


class Upgrade(command.Command):
    """Bring every service's database to the schema of this code."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        process = Process(state.config)
        for name in process.services:
            runtime = process.runtime(name)
            if runtime.db is not None:
                migrate.upgrade(runtime.db, runtime.service)
                self.app.stdout.write('%-10s %s\n' % (name, migrate.current(runtime.db)))


class Revision(command.Command):
    """Write a migration for what differs between a service's models and its migrations (for developers)."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('service', type=arguments.service, help='whose models have changed')
        parser.add_argument('message', help='what the change is for, in a few words')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        runtime = Process(state.config).runtime(args.service)
        migrate.upgrade(runtime.db, runtime.service)
        migrate.make(runtime.db, runtime.service, args.message)
