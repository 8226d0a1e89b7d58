# SPDX-License-Identifier: Apache-2.0
"""`praline up`, `down`, `purge`, `status`: the processes of one cloud on this machine."""
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from cliff import command

from praline_common import config
from praline_common import errors
from praline_common import service as services
from praline_common.cli import state as states


class Up(command.Command):
    """Start the cloud and wait until it answers; nothing when it already runs."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = _conf(state)
        began = time.monotonic()
        if state.pid('cloud'):
            self.app.stdout.write('already up at %s\n' % conf.base_url)
            return
        ensure_back_ends(state, conf)
        _run([os.path.join(os.path.dirname(sys.executable), 'uwsgi'), '--ini', state.path('etc', 'uwsgi.ini')],
             'uwsgi')
        wait_for_answer(state, conf.base_url)
        self.app.stdout.write('up at %s in %.1f s\n' % (conf.base_url, time.monotonic() - began))


class Down(command.Command):
    """Stop the cloud's own processes; guests, volumes and networks stay as they are."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        stop(state, 'cloud', signal.SIGTERM)
        self.app.stdout.write('down\n')


class Purge(command.Command):
    """Stop everything of this cloud and remove it: guests, bridges, namespaces, exports, files."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        if not state.exists:
            self.app.stdout.write('nothing at %s\n' % state.root)
            return
        stop(state, 'cloud', signal.SIGTERM)
        conf = _conf(state)
        for service in services.installed().values():
            clear = service.room('agent.purge:purge')
            if clear:
                clear(conf)
        stop(state, 'tgtd', signal.SIGKILL)
        shutil.rmtree(state.root)
        self.app.stdout.write('nothing is left of %s\n' % state.root)


class Status(command.Command):
    """Say what runs and whether it answers."""

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = _conf(state)
        for name in ('cloud', 'tgtd'):
            self.app.stdout.write('%-8s %s\n' % (name, state.pid(name) or 'not running'))
        self.app.stdout.write('%-8s %s\n' % ('answers', conf.base_url if answers(conf.base_url) else 'no'))


def _conf(state):
    return config.load(state.config, services.installed().values())


def ensure_back_ends(state, conf):
    """libvirtd (shared with whatever else uses it) and this cloud's own tgtd."""
    if conf.compute.driver == 'libvirt':
        _ensure_libvirtd()
    if conf.volume.driver == 'file' and not state.pid('tgtd'):
        _start_tgtd(state, conf)


def _ensure_libvirtd():
    if os.path.exists('/run/libvirt/libvirt-sock') and not _fails(['virsh', '-c', 'qemu:///system', 'version']):
        return
    _require('libvirtd', 'libvirt-daemon-system')
    if _fails(['pgrep', '-x', 'virtlogd']):
        _run(['virtlogd', '-d'], 'virtlogd')
    _run(['libvirtd', '-d'], 'libvirtd')
    _until(lambda: not _fails(['virsh', '-c', 'qemu:///system', 'version']), 20,
           'libvirtd does not answer; look at its log under /var/log/libvirt or `journalctl -u libvirtd`')


def _start_tgtd(state, conf):
    _require('tgtd', 'tgt')
    control = str(conf.volume.target_control)
    _run(['tgtd', '-C', control, '--pid-file', state.path('run', 'tgtd.pid'),
          '--iscsi', 'portal=127.0.0.1:%d' % conf.volume.target_port], 'tgtd')
    _until(lambda: not _fails(['tgtadm', '-C', control, '--op', 'show', '--mode', 'sys']), 10,
           'tgtd does not answer; is port %d taken?' % conf.volume.target_port)


def _require(program, package):
    if not shutil.which(program):
        raise errors.DriverError('%s is missing; install the package %s' % (program, package))


def _fails(arguments):
    try:
        return subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20).returncode
    except (OSError, subprocess.TimeoutExpired):
        return 1


def _run(arguments, name):
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode:
        raise errors.DriverError('%s did not start: %s' % (name, done.stdout.strip()[-800:]))


def _until(condition, seconds, complaint):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise errors.DriverError(complaint)
        time.sleep(0.05)


def answers(base_url):
    try:
        with urllib.request.urlopen(base_url + '/identity/v3', timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_for_answer(state, base_url):
    _until(lambda: answers(base_url), 30, 'the cloud does not answer at %s; its log is %s'
           % (base_url, state.path('log', 'cloud.log')))


def stop(state, name, number):
    """Signal the process of run/<name>.pid and wait until it is gone."""
    pid = state.pid(name)
    if pid is None:
        return
    os.kill(pid, number)
    deadline = time.monotonic() + 20
    while state.pid(name):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    if os.path.exists(state.path('run', name + '.pid')):
        os.unlink(state.path('run', name + '.pid'))
