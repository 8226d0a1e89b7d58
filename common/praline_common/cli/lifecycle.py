# SPDX-License-Identifier: Apache-2.0
"""`praline up`, `down`, `purge`, `status`: the processes of one cloud on this machine."""
import shutil
import time

from cliff import command

from praline_common import config
from praline_common import service as services
from praline_common.cli import checks
from praline_common.cli import layout
from praline_common.cli import libvirtd
from praline_common.cli import programs
from praline_common.cli import reservations
from praline_common.cli import state as states


class Up(command.Command):
    """Start the cloud and wait until it answers; nothing when it already runs."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = _conf(state)
        began = time.monotonic()
        with reservations.choosing(state.root) as desk:
            layout.keep(desk, conf)
        checks.require_programs(conf)
        if conf.compute.driver == 'libvirt':
            libvirtd.ensure()
            programs.let_in('libvirt-qemu', state.path('instances'))
        started = programs.start(state, layout.programs(state, conf))
        if not started:
            self.app.stdout.write('already up at %s\n' % conf.base_url)
            return
        self.app.stdout.write('up at %s in %.1f s (%s)\n' % (conf.base_url, time.monotonic() - began,
                                                            ', '.join(started)))


class Down(command.Command):
    """Stop the cloud's own processes; guests, volumes and networks stay as they are."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        stop_all(state, keep=('tgtd',))
        self.app.stdout.write('down\n')


class Purge(command.Command):
    """Stop everything of this cloud and remove it: guests, bridges, namespaces, exports, files."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        if not state.exists:
            self.app.stdout.write('nothing at %s\n' % state.root)
            return
        stop_all(state, keep=('tgtd',))
        conf = _conf(state)
        for service in services.installed().values():
            clear = service.room('agent.purge:purge')
            if clear:
                clear(conf)
        stop_all(state)
        shutil.rmtree(state.root)
        with reservations.choosing(state.root) as desk:
            desk.forget()
        self.app.stdout.write('nothing is left of %s\n' % state.root)


class Status(command.Command):
    """Say what runs and whether it answers."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = _conf(state)
        found = layout.programs(state, conf)
        for program in found:
            self.app.stdout.write('%-10s %s\n' % (program.name, state.pid(program.name) or 'not running'))
        front = found[-1]
        leader = state.pid(front.name)
        serves = leader and programs.serves(front, leader)
        self.app.stdout.write('%-10s %s\n' % ('answers', conf.base_url if serves else 'no'))


def _conf(state):
    return config.load(state.config, services.installed().values())


def stop_all(state, keep=()):
    """Stop what runs, the last started first; volumes stay exported while guests may use them."""
    if not state.exists:
        return
    for program in reversed(layout.programs(state, _conf(state))):
        if program.name not in keep:
            programs.stop(state, program.name, program.stop_signal)
            programs.end_trail(program)
