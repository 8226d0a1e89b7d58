# SPDX-License-Identifier: Apache-2.0
"""libvirtd and virtlogd are the host's, not a cloud's: used as they run, started where nothing (systemd) has done it."""
import grp
import os
import shutil
import socket
import sys
import time

from praline_common import errors
from praline_common.cli.programs import run, succeeds

HELP = ('start it with `systemctl restart libvirtd`, or where there is no systemd as root with `libvirtd -d`; '
        'its own words are in /var/log/libvirt and `journalctl -u libvirtd`')
PATIENCE = 30
_LOG_SOCKET = '/run/libvirt/virtlogd-sock'


def ensure():
    """Have both answer.  DriverError."""
    for name, answers in (('virtlogd', _keeps_logs), ('libvirtd', runs_guests)):
        if answers():
            continue
        if not shutil.which(name):
            raise errors.DriverError('%s is missing; install the Debian package libvirt-daemon-system' % name)
        _open_kvm()
        run(sys.executable, '-m', 'praline_common.cli.reaper', name, '-p', '/run/libvirt/%s.pid' % name)
        if not _comes(answers):
            raise errors.DriverError(silent() + '; ' + HELP)


def silent():
    """Which of the two does not answer, in words; '' when both do.  Without virtlogd no guest starts."""
    if not runs_guests():
        return 'libvirtd does not answer on qemu:///system'
    return '' if _keeps_logs() else 'virtlogd does not answer on ' + _LOG_SOCKET


def runs_guests():
    return succeeds('virsh', '-c', 'qemu:///system', 'version')


def _keeps_logs():
    """A socket file alone says nothing: a daemon that was killed leaves it."""
    try:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(5)
            asking.connect(_LOG_SOCKET)
    except OSError:
        return False
    return True


def _comes(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _open_kvm(device='/dev/kvm'):
    """What udev does where it runs.  libvirt asks QEMU again before every step while root may use KVM and QEMU may not."""
    if not os.path.exists(device):
        return
    found, group = os.stat(device), grp.getgrnam('kvm').gr_gid
    if found.st_mode & 0o006 != 0o006 and (found.st_gid != group or found.st_mode & 0o060 != 0o060):
        os.chown(device, -1, group)
        os.chmod(device, 0o660)
