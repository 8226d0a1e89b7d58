# SPDX-License-Identifier: Apache-2.0
"""Starts the iSCSI target daemon of this cloud when none answers."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

from praline_common import errors as common
from praline_volume import errors
from praline_volume.drivers import tgt

PATIENCE = 10


def ensure_running(portal, socket_path, state):
    """A tgtd answers on `socket_path`; the one started lives on when this process ends.

    Its process id and start time are in `<state>/run/tgtd.pid`, where the `praline` command finds them,
    its log in `<state>/log/tgtd.log`.
    BackendUnavailable, saying why, when it cannot be started.
    """
    daemon = tgt.Tgtd(socket_path)
    if _answers(daemon):
        return
    if not shutil.which('tgtd', path=tgt.command(portal, socket_path)[1]['PATH']):
        raise errors.BackendUnavailable('the program tgtd is not installed: install the package tgt')
    _refuse_taken_port(portal)
    log = os.path.join(state, 'log', 'tgtd.log')
    process = _spawn(portal, socket_path, os.path.join(state, 'run', 'tgtd.pid'), log)
    deadline = time.monotonic() + PATIENCE
    while not _answers(daemon):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise errors.BackendUnavailable(f'tgtd does not start on {portal}: look into {log}')
        time.sleep(0.02)


def life(socket_path):
    """What changes when another tgtd listens on this socket; None when there is none."""
    try:
        found = os.stat(socket_path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_ctime_ns


def _answers(daemon):
    with contextlib.suppress(common.Unavailable):
        daemon.check()
        return True
    return False


def _refuse_taken_port(portal):
    host, _, port = portal.rpartition(':')
    family = socket.AF_INET6 if host.startswith('[') else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip('[]'), int(port)))
        except OSError as error:
            raise errors.BackendUnavailable(f'tgtd cannot listen on {portal} ({error.strerror}): stop what uses it, '
                                            f'or set another [volume] target_port in praline.conf') from None


def _spawn(portal, socket_path, pid_path, log_path):
    argv, environment = tgt.command(portal, socket_path)
    for path in (socket_path, pid_path, log_path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(log_path, 'ab') as log:
        process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True, close_fds=True)
    with open(pid_path, 'w', encoding='ascii') as file:
        file.write(f'{process.pid} {_began(process.pid)}\n')
    return process


def _began(pid):
    """When the process began, in clock ticks since boot: a number alone may be another process's by now."""
    with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
        return int(file.read().rpartition(')')[2].split()[19])
