# SPDX-License-Identifier: Apache-2.0
"""`praline describe`: what a service's operations declare, as an OpenAPI document or a policy sample."""
import json

from cliff import command

from praline_common.api import microversion
from praline_common.api import openapi
from praline_common.cli import arguments
from praline_common.cli import state as states
from praline_common.process import Process


class Describe(command.Command):
    """Print the OpenAPI document of a service, or with --policy its rules and their defaults."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('service', type=arguments.service, help='identity, image, compute, scheduler, volume or network')
        parser.add_argument('--microversion', help='of the document (default: the newest)')
        parser.add_argument('--policy', action='store_true', help='the policy sample instead')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        runtime = Process(state.config).runtime(args.service)
        api = runtime.service.room('api.root:api')(runtime)
        if args.policy:
            found = policies(api)
        else:
            version = microversion.parse(args.microversion) if args.microversion else None
            found = openapi.document(args.service, api, version)
        self.app.stdout.write(json.dumps(found, indent=1, default=str) + '\n')


def policies(api):
    """{rule: default check string} of every operation."""
    return {declared.name: declared.policy for _, controller in api.routes
            for declared in (getattr(getattr(controller, name), 'operation', None) for name in dir(controller))
            if declared is not None}
