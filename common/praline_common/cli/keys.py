# SPDX-License-Identifier: Apache-2.0
"""`praline keys rotate`: new keys for tokens, without a restart and without losing a token."""
from cliff import command

from praline_common.cli import state as states
from praline_common.process import Process


class Rotate(command.Command):
    """Make the next key the present one and stage another; old ones are kept as [identity] token_keys says."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        process = Process(state.config)
        rotate = process.services['identity'].room('rotation:rotate')
        for name, kept in rotate(process.runtime('identity')).items():
            self.app.stdout.write('%-8s %d keys\n' % (name, kept))
