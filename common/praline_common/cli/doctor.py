# SPDX-License-Identifier: Apache-2.0
"""`praline doctor`: looks at everything a cloud needs of its machine, and says what to do about what is wrong."""
import logging

from cliff import command

from praline_common.cli import checks
from praline_common.cli import state as states


class Doctor(command.Command):
    """Look at Python, disk, programs, ports, processes and schemas; exits with 1 when something is wrong."""

    def take_action(self, args):
        logging.getLogger('alembic').setLevel(logging.WARNING)
        found = checks.of(states.State(self.app.options.state))
        for item in found:
            self.app.stdout.write('%-4s %-13s %s\n' % ('BAD' if item.remedy else 'ok', item.name, item.detail))
            if item.remedy:
                self.app.stdout.write('%19s%s\n' % ('-> ', item.remedy))
        return 1 if any(item.remedy for item in found) else 0
