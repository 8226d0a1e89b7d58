# SPDX-License-Identifier: Apache-2.0
"""`praline worker` and `praline agent`: the daemons of a distributed cloud, each under cotyledon."""
import os
import threading

import cotyledon
from cliff import command

from praline_common import config
from praline_common import errors
from praline_common import log
from praline_common import service as services
from praline_common.cli import arguments
from praline_common.cli import state as states
from praline_common.process import Process


def serving(kind):
    """The name under which State.pid() knows the first child of this kind, once it serves."""
    return kind + '-serving'


class _Daemon(cotyledon.Service):
    """One child: connects after its start, says in run/ when it serves, and stops in order at TERM."""

    def __init__(self, worker_id, state, kind, workers, agents):
        super().__init__(worker_id)
        self._state, self._kind, self._workers, self._agents = state, kind, workers, agents
        self._process, self._done = None, threading.Event()

    def run(self):
        self._process = Process(self._state.config)
        log.setup(self._process.conf)
        self._process.start(self._workers, self._agents)
        if self.worker_id == 0:
            pid = os.getpid()
            with open(self._state.path('run', serving(self._kind) + '.pid'), 'w') as file:
                file.write('%d %d\n' % (pid, states.process_start(pid)))
        self._done.wait()

    def terminate(self):
        if self._process:
            self._process.stop()
        self._done.set()


class _Command(command.Command):

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('services', nargs='*', type=arguments.service, help='the services to serve (default: all)')
        return parser

    def serve(self, state, workers, agents, processes=1):
        manager = cotyledon.ServiceManager()
        manager.add(_Daemon, workers=processes, args=(state, self.kind, workers, agents))
        manager.run()


class Worker(_Command):
    """Serve what other services ask and work off operations, for these services."""

    kind = 'worker'

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--processes', type=arguments.positive,
                            help='how many of this daemon (default: worker_processes in praline.conf)')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = config.load(state.config, services.installed().values())
        if conf.rpc.transport_url.startswith('inprocess'):
            raise errors.Conflict('an embedded cloud has its workers and agents in its one process, which '
                                  '`praline up` starts')
        self.serve(state, args.services or None, [], args.processes or conf.worker_processes)


class Agent(_Command):
    """Serve this host: the hypervisor, volumes and networks on it.  One process a host."""

    kind = 'agent'

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        self.serve(state, [], args.services or None)
