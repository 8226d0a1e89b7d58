# SPDX-License-Identifier: Apache-2.0
"""One dnsmasq process and the folder of files it lives from; it outlives this process and is found again."""
import os
import pwd
import select
import shutil
import signal

from praline_common import errors
from praline_network.drivers.linuxbridge import files
from praline_network.drivers.linuxbridge import namespaces

FILES = ('conf', 'hosts', 'options', 'leases', 'pid', 'log')
STOP_SECONDS = 5


class Daemon:

    def __init__(self, runner, directory):
        self._runner, self._directory = runner, directory
        self.paths = {name: os.path.join(directory, name) for name in FILES}

    @property
    def user(self):
        """dnsmasq's own user where it can reach the files after giving up root, else root."""
        try:
            pwd.getpwnam('dnsmasq')
        except KeyError:
            return 'root'
        return 'dnsmasq' if _everybody_may_enter(os.path.dirname(self._directory)) else 'root'

    def write(self, name, text):
        """True if the file said something else before."""
        if text == self.read(name):
            return False
        files.replace(self.paths[name], text, self.user if name == 'leases' and self.user != 'root' else None)
        return True

    def read(self, name):
        return files.read(self.paths[name])

    def process_id(self):
        """The running process, or None; found by its argument when the file with its number is lost or stale."""
        text = self.read('pid').strip()
        if text.isdigit() and self._is_ours(text):
            return int(text)
        return next((int(name) for name in os.listdir('/proc') if name.isdigit() and self._is_ours(name)), None)

    def _is_ours(self, process_id):
        try:
            with open('/proc/%s/cmdline' % process_id, 'rb') as file:
                return self._conf_argument().encode() in file.read().split(b'\0')
        except (FileNotFoundError, ProcessLookupError):
            return False

    def is_running(self, namespace):
        """Whether it runs, and in this namespace: one that was deleted by hand lives on with what runs in it."""
        process_id = self.process_id()
        if process_id is None or not namespaces.exists(namespace):
            return False
        try:
            return os.stat('/proc/%d/ns/net' % process_id).st_ino == namespaces.identity(namespace)
        except FileNotFoundError:
            return False

    def start(self, namespace):
        os.makedirs(self._directory, mode=0o755, exist_ok=True)
        if self.user != 'root':
            shutil.chown(self._directory, self.user)
        self._runner.start(['dnsmasq', self._conf_argument()], namespace)

    def reload(self):
        process_id = self.process_id()
        if process_id:
            os.kill(process_id, signal.SIGHUP)

    def stop(self):
        """Ended, by force if it does not hear; True if it ran."""
        process_id = self.process_id()
        if not process_id:
            return False
        try:
            handle = os.pidfd_open(process_id)
        except ProcessLookupError:
            return False
        try:
            for number in (signal.SIGTERM, signal.SIGKILL):
                signal.pidfd_send_signal(handle, number)
                if select.select([handle], [], [], STOP_SECONDS)[0]:
                    return True
        except ProcessLookupError:
            return True
        finally:
            os.close(handle)
        raise errors.DriverError('dnsmasq (process %d) does not end.' % process_id)

    def remove(self):
        """No process and no files; True if there were any."""
        there = self.stop() or os.path.isdir(self._directory)
        shutil.rmtree(self._directory, ignore_errors=True)
        return there

    def _conf_argument(self):
        return '--conf-file=' + self.paths['conf']


def _everybody_may_enter(path):
    path = os.path.abspath(path)
    while True:
        if not os.path.exists(path):
            path = os.path.dirname(path)
            continue
        if not os.stat(path).st_mode & 0o001:
            return False
        if path == '/':
            return True
        path = os.path.dirname(path)
