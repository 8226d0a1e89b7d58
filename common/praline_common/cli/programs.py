# SPDX-License-Identifier: Apache-2.0
"""Programs that belong to one cloud: started in the background, found again by run/<name>.pid."""
import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import time

from praline_common import errors
from praline_common.cli import faults
from praline_common.cli import ports
from praline_common.cli import reservations
from praline_common.cli.state import process_start

DYING_SECONDS = 5


@dataclasses.dataclass
class Program:
    """argv runs in the foreground; ready() says whether it serves; package: what Debian calls it.

    gate: what comes later in the list is started only when this one, and all before it, serve.
    ports: what it listens on, on 127.0.0.1; it serves when it is the one that does.
    trail: {port: program} of a daemon that it starts and does not end.
    """

    name: str
    argv: list
    ready: object = None
    package: str = ''
    user: str | None = None
    env: dict = dataclasses.field(default_factory=dict)
    patience: float = 120
    gate: bool = False
    stop_signal: int = signal.SIGTERM
    ports: tuple = ()
    trail: dict = dataclasses.field(default_factory=dict)


def start(state, programs):
    """Start those that do not run, side by side but for the gates, until all serve; the names of those started.

    DriverError names the first that does not come up, with the end of its log; that one is ended, others run on.
    """
    waiting, started = [], []
    for program in programs:
        process = _launch(state, program)
        if process:
            waiting.append((program, process))
            started.append(program.name)
        if program.gate or program is programs[-1]:
            for launched in waiting:
                _wait(state, *launched)
            waiting = []
    return started


def _launch(state, program):
    """The new process, or None when the program runs already."""
    if state.pid(program.name) is not None:
        return None
    if not shutil.which(program.argv[0]):
        raise errors.DriverError('%s is missing; install the Debian package %s'
                                 % (program.argv[0], program.package or os.path.basename(program.argv[0])))
    for port in program.ports:
        _require_free(state, program, port)
    log = state.path('log', program.name + '.log')
    with open(log, 'ab') as file:
        process = subprocess.Popen(program.argv, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                   start_new_session=True, user=program.user, env={**os.environ, **program.env})
    with open(state.path('run', program.name + '.pid'), 'w') as file:
        file.write('%d %d\n' % (process.pid, process_start(process.pid) or 0))
    return process


def _require_free(state, program, port):
    found = _settled(port)
    if found is None:
        return
    other = reservations.owner('port', port)
    if other not in (None, state.root):
        raise errors.Conflict('%s of %s cannot listen on port %d: the cloud in %s does, with %s; stop that one with '
                              '`praline --state %s down`' % (program.name, state.root, port, other, found, other))
    raise errors.Conflict('%s cannot listen on port %d: %s does. Stop that program, or give this cloud another port in '
                          '%s and run `praline --state %s init` and `up` again'
                          % (program.name, port, found, state.config, state.root))


def _settled(port):
    """The Holder, or None; what a killed process still holds, nobody's any more, is waited for."""
    deadline = time.monotonic() + DYING_SECONDS
    while (found := ports.holder(port)) and found.pid is None and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def serves(program, leader):
    """Whether it is ready, and not somebody else on its ports; leader: its process."""
    return (program.ready or (lambda: True))() and all(
        (found := ports.holder(port)) is not None and found.in_session(leader) for port in program.ports)


def _wait(state, program, process):
    try:
        until(lambda: serves(program, process.pid), program.patience, program.name,
              state.path('log', program.name + '.log'), process)
    except errors.DriverError:
        stop(state, program.name, signal.SIGKILL)
        raise


def until(condition, seconds, name, log, process=None):
    """Wait for condition(); DriverError with the cause from the end of the log when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or (process and process.poll() is not None):
            raise errors.DriverError('%s does not come up; the end of %s:\n%s' % (name, log, faults.cause(tail(log))))
        time.sleep(0.02)


def let_in(user, path):
    """Let a daemon's own user pass through (not read) this directory and every one above it."""
    while path != '/':
        if not os.stat(path).st_mode & 0o001:
            run('setfacl', '-m', 'u:%s:--x' % user, path)
        path = os.path.dirname(path)


def tail(path, size=1500):
    with open(path, 'rb') as file:
        file.seek(max(0, os.path.getsize(path) - size))
        return file.read().decode(errors='replace')


def stop(state, name, number=signal.SIGTERM):
    """Signal it and wait until it is gone; SIGKILL to its session after 20 s."""
    pid = state.pid(name)
    if pid is not None:
        os.kill(pid, number)
        deadline = time.monotonic() + 20
        while state.pid(name) is not None:
            if time.monotonic() > deadline:
                os.killpg(pid, signal.SIGKILL)
            time.sleep(0.02)
    path = state.path('run', name + '.pid')
    if os.path.exists(path):
        os.unlink(path)


def end_trail(program):
    """End what it left behind, if that is what it says it is."""
    for port, name in program.trail.items():
        found = ports.holder(port)
        if found and found.pid and os.path.basename((found.command or '').split(' ')[0]) == name:
            os.kill(found.pid, signal.SIGTERM)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) == 0


def succeeds(*argv):
    """Whether this command exits with 0 within 20 s."""
    try:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(*argv, **kwargs):
    """Run to its end; DriverError with what it printed when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **kwargs)
    if done.returncode:
        raise errors.DriverError('%s failed: %s' % (argv[0], done.stdout.strip()[-800:]))
    return done.stdout
