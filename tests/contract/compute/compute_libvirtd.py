# SPDX-License-Identifier: Apache-2.0
"""A libvirtd of the test's own, in namespaces of its own: nothing of the machine's is touched."""
import os
import pathlib
import shutil
import socket
import subprocess
import time
import uuid

PROGRAMS = ('libvirtd', 'qemu-system-x86_64', 'qemu-img', 'xorriso', 'unshare', 'nsenter', 'ip')

LIBVIRTD_CONF = '''\
auth_unix_rw = "none"
auth_unix_ro = "none"
host_uuid = "{host_uuid}"
'''

QEMU_CONF = '''\
user = "root"
group = "root"
security_driver = "none"
remember_owner = 0
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
max_files = 4096
'''

# The namespaces live as long as this process, so that libvirtd can die and come back in them.
KEEP = '''\
set -e
mount --make-rprivate /
for name in run:run/libvirt lib:var/lib/libvirt log:var/log/libvirt cache:var/cache/libvirt etc:etc/libvirt; do
    mkdir -p "/${{name#*:}}"
    mount --bind "{base}/${{name%%:*}}" "/${{name#*:}}"
done
hostname {hostname}
ip link set lo up
echo ready
# The first process of its namespace inherits every QEMU; ignoring them, it has the kernel bury them at once.
exec env --ignore-signal=CHLD sleep infinity
'''


def missing():
    """Why no libvirtd can be started here, or None."""
    if os.geteuid() != 0:
        return 'needs root'
    gone = [name for name in PROGRAMS if not shutil.which(name)]
    return f'needs {", ".join(gone)}' if gone else None


class Libvirtd:
    """Start it, run programs beside it, kill and restart it, and leave nothing when closed."""

    def __init__(self, base, hostname='compute1'):
        self.base = pathlib.Path(base)
        self.daemon = None
        for name in ('run', 'lib', 'log', 'cache', 'etc/qemu', 'etc/secrets'):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        (self.base / 'etc/libvirtd.conf').write_text(LIBVIRTD_CONF.format(host_uuid=uuid.uuid4()))
        (self.base / 'etc/qemu.conf').write_text(QEMU_CONF)
        script = KEEP.format(base=self.base, hostname=hostname)
        self.keeper = subprocess.Popen(['unshare', '--mount', '--net', '--uts', '--pid', '--fork', '--kill-child',
                                        '--mount-proc', 'sh', '-c', script], stdout=subprocess.PIPE, text=True)
        if self.keeper.stdout.readline() != 'ready\n':
            raise RuntimeError('namespaces for a libvirtd could not be made')
        self.start()

    @property
    def socket(self):
        return self.base / 'run/libvirt-sock'

    @property
    def uri(self):
        return f'qemu+unix:///system?socket={self.socket}'

    def inside(self, *command):
        """The command line that runs `command` in the namespaces."""
        keeper = self.keeper.pid
        return ['nsenter', f'--target={keeper}', '--mount', '--net', '--uts',
                f'--pid=/proc/{keeper}/ns/pid_for_children', *command]

    def run(self, *command):
        return subprocess.run(self.inside(*command), check=True, capture_output=True, text=True).stdout

    def start(self, seconds=90):
        with open(self.base / 'log/daemon.log', 'ab') as log:
            command = self.inside('libvirtd', '-p', '/run/libvirt/libvirtd.pid')
            self.daemon = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + seconds
        while not _answers(self.socket):
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f'libvirtd did not start: {(self.base / "log/daemon.log").read_text()[-2000:]}')
            time.sleep(0.05)

    def kill(self):
        self.run('kill', '-9', (self.base / 'run/libvirtd.pid').read_text())
        self.daemon.wait()

    def close(self):
        """With the first process of the namespace goes every other one in it."""
        self.keeper.kill()
        self.keeper.wait()
        self.daemon.wait()
        self.keeper.stdout.close()
        shutil.rmtree(self.base, ignore_errors=True)


def _answers(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True
