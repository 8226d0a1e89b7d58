# SPDX-License-Identifier: Apache-2.0
"""`praline worker` and `praline agent`: the daemons of a distributed cloud, each under cotyledon."""
import threading

import cotyledon
from cliff import command

from praline_common import log
from praline_common.cli import state as states
from praline_common.process import Process


class _Daemon(cotyledon.Service):
    """One child: connects after its start, serves until TERM, stops in order."""

    def __init__(self, worker_id, config_path, workers, agents):
        super().__init__(worker_id)
        self._config_path, self._workers, self._agents = config_path, workers, agents
        self._done = threading.Event()

    def run(self):
        self._process = Process(self._config_path)
        log.setup(self._process.conf)
        self._process.start(self._workers, self._agents)
        self._done.wait()

    def terminate(self):
        self._process.stop()
        self._done.set()


class _Command(command.Command):

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('services', nargs='*', help='the services to serve (default: all)')
        parser.add_argument('--processes', type=int, default=1, help='how many of this daemon (default 1)')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        names = args.services or None
        manager = cotyledon.ServiceManager()
        manager.add(_Daemon, workers=args.processes, args=(state.config, *self._share(names)))
        manager.run()


class Worker(_Command):
    """Serve what other services ask and work off operations, for these services."""

    @staticmethod
    def _share(names):
        return names, []


class Agent(_Command):
    """Serve this host: the hypervisor, volumes and networks on it."""

    @staticmethod
    def _share(names):
        return [], names
