# SPDX-License-Identifier: Apache-2.0
"""Runs a daemon where PID 1 is no init: buries the daemon's orphans at once.

    python -m praline_common.cli.reaper PROGRAM [ARGUMENT...]

libvirt waits until a QEMU that it ended is really gone.  Such a process has lost its parent, and in
containers PID 1 may take seconds to bury it.  This process adopts the orphans instead, and the
kernel buries the children of a parent that ignores SIGCHLD.
"""
import ctypes
import os
import signal
import sys

PR_SET_CHILD_SUBREAPER = 36


def main(argv):
    if os.fork():
        return 0
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    daemon = os.fork()
    if daemon == 0:
        os.execvp(argv[0], argv)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(daemon, signal.SIGTERM))
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
