# SPDX-License-Identifier: Apache-2.0
"""Runs a daemon where PID 1 is no init: buries its orphans at once, and starts it again when a signal killed it.

    python -m praline_common.cli.reaper PROGRAM [ARGUMENT...]

libvirt waits until a QEMU that it ended is really gone.  Such a process has lost its parent, and in
containers PID 1 may take seconds to bury it.  This process adopts the orphans instead.
"""
import contextlib
import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PAUSE = 1


class Reaper:
    def __init__(self, argv):
        self.argv, self.daemon, self.wanted = argv, None, True

    def run(self):
        """Until the daemon has ended by itself, or was told to, and all its orphans have too."""
        signal.signal(signal.SIGTERM, self.stop)
        self.start()
        while True:
            try:
                child, status = os.waitpid(-1, 0)
            except ChildProcessError:
                return
            if child == self.daemon and os.WIFSIGNALED(status):
                time.sleep(PAUSE)
                if self.wanted:
                    self.start()

    def start(self):
        self.daemon = os.fork()
        if self.daemon == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.execvp(self.argv[0], self.argv)

    def stop(self, *_):
        self.wanted = False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.daemon, signal.SIGTERM)


def main(argv):
    if os.fork():
        return 0
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    Reaper(argv).run()
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
