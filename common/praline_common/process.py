# SPDX-License-Identifier: Apache-2.0
"""One process of the cloud: which services' APIs, workers and agents live in it.

The embedded cloud is one process with all of them; a distributed one has APIs under uWSGI or
mod_wsgi, and workers and agents as daemons (praline_common.daemon).  The code is the same.
"""
import concurrent.futures
import logging
import threading
import time

from praline_common import config
from praline_common import errors
from praline_common import rpc
from praline_common import service as services
from praline_common.operations.runner import Runner

LOG = logging.getLogger(__name__)
AUDIT_SECONDS = 300
FORGET_SECONDS = 3600


class Process:
    """Builds runtimes on demand; start(workers=, agents=) serves, stop() ends everything in order."""

    def __init__(self, config_path):
        self.services = services.installed()
        self.conf = config.load(config_path, self.services.values())
        self.transport = rpc.connect(self.conf)
        self.alone = self.conf.rpc.transport_url.startswith('inprocess')
        self._runtimes, self._running, self._lock = {}, [], threading.Lock()

    def runtime(self, name):
        with self._lock:
            if name not in self._runtimes:
                self._runtimes[name] = services.Runtime(self.services[name], self.conf, self.transport)
            return self._runtimes[name]

    def built(self):
        """The runtimes that were asked for so far."""
        with self._lock:
            return list(self._runtimes.values())

    def start(self, workers=None, agents=None):
        """Serve these services' workers and agents; None means all of them.

        Operations that an earlier life left are taken up last: begun while an agent is not there yet, they
        would hold every thread that the agent's own first questions need.
        """
        runners = [self._start_worker(name) for name in (self.services if workers is None else workers)]
        for name in self.services if agents is None else agents:
            self._start_agent(name)
        for runner in runners:
            if runner:
                runner.start()
                self._running.append(runner)

    def _start_worker(self, name):
        """Its Runner, which is not started yet, or None."""
        build = self.services[name].room('rpc:worker')
        if build is None:
            return None
        runtime = self.runtime(name)
        worker = build(runtime)
        runner = None
        if worker.flows:
            runner = Runner(runtime, worker.flows, self.conf.operation_workers, self.alone)
            worker.endpoints.append(_Wake(runner))
        # A queue of a broker outlives its process, so its name tells the host and not the process.
        server = rpc.Server(self.transport, name, self.conf.host, worker.endpoints)
        server.start()
        self._running.append(server)
        periodics = list(worker.periodics)
        if runner:
            periodics.append((FORGET_SECONDS, _Forget(runtime)))
        if self.services[name].room('audit:audit'):
            periodics.append((AUDIT_SECONDS, Audit(runtime)))
        self._tick(name, periodics)
        return runner

    def _start_agent(self, name):
        build = self.services[name].room('agent.main:agent')
        if build is None:
            return
        agent = build(self.runtime(name))
        if agent is None:
            return
        if agent.start:
            agent.start()
        server = rpc.Server(self.transport, name + '.agent', agent.server, agent.endpoints)
        server.start()
        self._running.append(server)
        if agent.stop:
            self._running.append(_Stop(agent.stop))
        self._tick(name + '.agent', agent.periodics)

    def _tick(self, name, periodics):
        if periodics:
            ticker = Ticker(name, periodics)
            ticker.start()
            self._running.append(ticker)

    def stop(self):
        """Stop serving.  Operations under way go on where they were when somebody starts again."""
        self.transport.hang_up()
        running, self._running = self._running[::-1], []
        # Side by side: behind a broker each server needs seconds to stop listening.
        with concurrent.futures.ThreadPoolExecutor(max(1, len(running))) as pool:
            list(pool.map(lambda part: part.stop(), running))
        for part in running:
            if hasattr(part, 'wait'):
                part.wait()
        if self.alone:
            self.transport.close()
        # A broker's connections end with the process; to close them waits for replies that nobody awaits.


class _Wake:
    """Lets the API of this service start an operation in whichever process works for it."""

    def __init__(self, runner):
        self._runner = runner

    @rpc.method
    def run_operation(self, ctx, operation_id):
        self._runner.wake(operation_id)


class _Forget:
    """Keeps the table of operations from growing for ever."""

    def __init__(self, runtime):
        self._runtime = runtime

    def __call__(self):
        with self._runtime.db.write() as conn:
            self._runtime.operations.forget(conn, time.time())


class Audit:
    """The periodic audit, in one process of all: counts drift for the metrics and mends what can be mended."""

    def __init__(self, runtime):
        self._runtime, self._first = runtime, True

    def __call__(self):
        if self._first:
            self._first = False
            return
        turns = self._runtime.turns
        if turns and not turns.take('audit', AUDIT_SECONDS):
            return
        drift = self._runtime.service.room('audit:audit')(self._runtime, True)
        for item in drift:
            LOG.warning('audit of %s: %s', self._runtime.name, item)
        if turns:
            turns.keep('audit', {'drift': sum(1 for item in drift if not item.get('repaired'))})


class _Stop:
    def __init__(self, call):
        self.stop = call


class Ticker:
    """Runs each callable every so many seconds on one thread; a failure is logged and tried again."""

    def __init__(self, name, periodics):
        self._periodics = periodics
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name='periodic-' + name, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stopped.set()

    def _run(self):
        due = [time.monotonic() for _ in self._periodics]
        while True:
            pause = max(0.0, min(due) - time.monotonic())
            if self._stopped.wait(pause):
                return
            for index, (seconds, call) in enumerate(self._periodics):
                if due[index] <= time.monotonic():
                    _guarded(call)
                    due[index] = time.monotonic() + seconds


def _guarded(call):
    try:
        call()
    except errors.Unavailable as error:
        LOG.warning('%s: %s', getattr(call, '__qualname__', call), error)
    except Exception:
        LOG.exception('periodic work %s failed', getattr(call, '__qualname__', call))
