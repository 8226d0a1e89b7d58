# SPDX-License-Identifier: Apache-2.0
"""The `praline` command: runs and explains one cloud on this machine."""
import os
import sys

from cliff import app
from cliff import commandmanager

from praline_common.cli import audit
from praline_common.cli import daemon
from praline_common.cli import demo
from praline_common.cli import deploy
from praline_common.cli import describe
from praline_common.cli import doctor
from praline_common.cli import faults
from praline_common.cli import init
from praline_common.cli import keys
from praline_common.cli import lifecycle
from praline_common.cli import project
from praline_common.cli import sample
from praline_common.cli import schema
from praline_common.cli import why

COMMANDS = {
    'init': init.Init,
    'up': lifecycle.Up,
    'down': lifecycle.Down,
    'purge': lifecycle.Purge,
    'status': lifecycle.Status,
    'doctor': doctor.Doctor,
    'demo': demo.Demo,
    'why': why.Why,
    'audit': audit.Audit,
    'describe': describe.Describe,
    'worker': daemon.Worker,
    'agent': daemon.Agent,
    'project delete': project.Delete,
    'project restore': project.Restore,
    'project list': project.List,
    'keys rotate': keys.Rotate,
    'config deploy': deploy.Deploy,
    'config sample': sample.Sample,
    'db upgrade': schema.Upgrade,
    'db revision': schema.Revision,
}


class Praline(app.App):
    """Options that every command takes."""

    def build_option_parser(self, description, version, argparse_kwargs=None):
        parser = super().build_option_parser(description, version, argparse_kwargs)
        parser.add_argument('--state', metavar='DIR', default=os.environ.get('PRALINE_STATE', '.praline'),
                            help='the cloud\'s state directory (env PRALINE_STATE, default .praline)')
        return parser


def main(argv=None):
    manager = commandmanager.CommandManager('praline.command')
    for name, command in COMMANDS.items():
        manager.add_command(name, faults.guarded(command))
    command = Praline(description=__doc__, version='0.1', command_manager=manager, deferred_help=True)
    return command.run(sys.argv[1:] if argv is None else argv)


if __name__ == '__main__':
    sys.exit(main())
