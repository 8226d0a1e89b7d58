# SPDX-License-Identifier: Apache-2.0
"""Runs programs as argument lists, in this host's network namespace or in a named one."""
import os
import subprocess
import tempfile

from praline_common import errors
from praline_network.drivers.linuxbridge import namespaces

PACKAGES = {'nft': 'nftables', 'ip': 'iproute2', 'bridge': 'iproute2', 'dnsmasq': 'dnsmasq-base',
            'conntrack': 'conntrack', 'modprobe': 'kmod'}


class ProgramMissing(errors.DriverError):
    """A program that the driver needs is not installed."""


class CommandFailed(errors.DriverError):
    """A program ran and said no; details: code."""


class Runner:
    """`spawned` counts the programs started, for whoever watches the cost of a change."""

    def __init__(self, timeout=30):
        self._timeout = timeout
        self.spawned = 0

    def run(self, argv, text=None, namespace=None):
        """The program's standard output; `text` is its standard input."""
        if namespace:
            return namespaces.within(namespace, self._run, argv, text)
        return self._run(argv, text)

    def _run(self, argv, text):
        self.spawned += 1
        try:
            done = subprocess.run(argv, input=text or '', capture_output=True, text=True, timeout=self._timeout)
        except FileNotFoundError:
            raise _missing(argv[0]) from None
        except subprocess.TimeoutExpired:
            raise CommandFailed('%s did not end within %d s.' % (' '.join(argv), self._timeout), code=None) from None
        if done.returncode:
            raise CommandFailed('%s failed (%d): %s' % (' '.join(argv), done.returncode, _cause(done, text)),
                                code=done.returncode)
        return done.stdout

    def start(self, argv, namespace):
        """A program that goes into the background by itself and closes what it inherits.

        No signal is blocked in it, whatever the thread that starts it blocks: it would never hear one.
        """
        namespaces.within(namespace, self._start, argv)

    def _start(self, argv):
        self.spawned += 1
        with tempfile.TemporaryFile() as said:
            files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                     (os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
            try:
                process_id = os.posix_spawnp(argv[0], argv, os.environ, file_actions=files, setsigmask=())
            except FileNotFoundError:
                raise _missing(argv[0]) from None
            code = os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])
            said.seek(0)
            if code:
                raise CommandFailed('%s failed (%d): %s' % (' '.join(argv), code, said.read().decode(errors='replace')),
                                    code=code)

    def batch(self, lines, program='ip', namespace=None):
        """Several commands of `ip` or `bridge` in one process; the first failing one ends it."""
        if not lines:
            return
        argv = [program] + (['-n', namespace] if namespace else []) + ['-batch', '-']
        self.run(argv, '\n'.join(' '.join(line) for line in lines) + '\n')

    def nft(self, text, namespace=None):
        """One transaction: all of it or nothing."""
        if text:
            self.run(['nft', '-f', '-'], text, namespace)


def _cause(done, text):
    """The first complaint, with the input's line that it names where there is one."""
    complaint = (done.stderr or done.stdout).strip()
    first = complaint.splitlines()[0] if complaint else 'no message'
    for word in complaint.replace('-:', ' ').split():
        number = word.split(':')[0]
        if text and number.isdigit() and 0 < int(number) <= text.count('\n') + 1:
            return '%s [line %s: %s]' % (first, number, text.splitlines()[int(number) - 1])
    return first


def _missing(program):
    return ProgramMissing('%s is not installed; the Debian package %s has it.'
                          % (program, PACKAGES.get(program, program)))
