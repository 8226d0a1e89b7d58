# SPDX-License-Identifier: Apache-2.0
"""The host itself: what it has, and whether KVM really works here."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET

from praline_common.objects.guest import HostReport
from praline_compute.drivers.libvirt.disks import write_file

PROBE_SECONDS = 5
# A boot sector: mov ebx,400000000; loop: dec ebx; jnz loop; mov al,0x2a; out 0xf4,al; hlt.  A processor takes a
# quarter of a second; there are hosts whose /dev/kvm starts guests and never gets to the end of this.
# The debug port makes QEMU end with status 2*0x2a+1.
BOOT_SECTOR = bytes.fromhex('66bb0084d717664b75fcb02ae6f4f4ebfd').ljust(510, b'\0') + b'\x55\xaa'
PROBE_STATUS = 0x2a * 2 + 1
# What `timeout` answers when it found no program, and when it had to kill it.
_NO_PROGRAM, _KILLED = 127, (137, -9)
PROBE_FILE = 'kvm-probe.json'
TRAITS = {'avx': 'HW_CPU_X86_AVX', 'avx2': 'HW_CPU_X86_AVX2', 'aes': 'HW_CPU_X86_AESNI', 'sse4.1': 'HW_CPU_X86_SSE41',
          'sse4.2': 'HW_CPU_X86_SSE42', 'vmx': 'HW_CPU_X86_VMX', 'svm': 'HW_CPU_X86_SVM', 'fma': 'HW_CPU_X86_FMA3'}
OWN_TRAITS = ('COMPUTE_NODE', 'COMPUTE_VOLUME_ATTACH', 'COMPUTE_VOLUME_EXTEND', 'COMPUTE_NET_ATTACH_INTERFACE',
              'COMPUTE_DEVICE_TAGGING', 'COMPUTE_IMAGE_TYPE_QCOW2', 'COMPUTE_IMAGE_TYPE_RAW', 'COMPUTE_RESCUE_BFV')


def kvm_failure(seconds=PROBE_SECONDS):
    """None when a KVM guest really ran its first instructions, else why not."""
    with tempfile.NamedTemporaryFile(suffix='.img') as sector:
        sector.write(BOOT_SECTOR)
        sector.flush()
        # `timeout` ends QEMU even when this process is killed meanwhile: a guest that spins would spin for ever.
        command = ['timeout', '--signal=KILL', str(seconds), 'qemu-system-x86_64', '-accel', 'kvm', '-m', '16', '-nodefaults', '-display', 'none',
                   '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
                   '-drive', f'file={sector.name},format=raw,if=ide', '-boot', 'c', '-no-reboot']
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == _NO_PROGRAM:
        return 'qemu-system-x86_64 is not installed'
    if done.returncode in _KILLED:
        return f'a KVM guest did not come up in {seconds} seconds'
    if done.returncode == PROBE_STATUS:
        return None
    return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f'QEMU ended with {done.returncode}'


def choose_virt_type(wanted, state_dir):
    """('kvm' | 'qemu', why in words).  The probe's outcome is kept until the host boots again."""
    if wanted != 'auto':
        return wanted, f'{wanted}, as configured'
    kept = pathlib.Path(state_dir) / PROBE_FILE
    boot = pathlib.Path('/proc/sys/kernel/random/boot_id').read_text().strip()
    try:
        outcome = json.loads(kept.read_bytes())
    except (FileNotFoundError, ValueError):
        outcome = {}
    if outcome.get('boot') != boot:
        outcome = {'boot': boot, 'failure': kvm_failure()}
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_file(kept, json.dumps(outcome).encode())
    if outcome['failure'] is None:
        return 'kvm', 'KVM works'
    return 'qemu', f'QEMU emulates the processor, slowly: {outcome["failure"]} (asked once a boot, see {kept})'


def report(conn, options, used):
    """HostReport; used: {'vcpus', 'memory_mb', 'disk_gb', 'running'} of this cloud's guests."""
    capabilities = ET.fromstring(conn.getCapabilities())
    cells = capabilities.findall('host/topology/cells/cell')
    cpu = cpu_info(capabilities.find('host/cpu'), len(cells) or 1)
    disk = shutil.disk_usage(existing(options.state_dir))
    _, _, vcpus, *_ = conn.getInfo()
    return HostReport(
        hostname=options.hostname, uuid=capabilities.findtext('host/uuid'), host_ip=options.host_ip,
        vcpus=vcpus, memory_mb=memory_mb(), disk_gb=disk.total // 1024 ** 3,
        disk_gb_free=disk.free // 1024 ** 3, vcpus_used=used['vcpus'], memory_mb_used=used['memory_mb'],
        disk_gb_used=used['disk_gb'], running_guests=used['running'],
        hypervisor_type='QEMU', hypervisor_version=conn.getVersion(), cpu_info=cpu,
        traits=sorted({*OWN_TRAITS, *firmware_traits(conn),
                       *(TRAITS[name] for name in cpu['features'] if name in TRAITS)}))


def firmware_traits(conn):
    """How guests can start here: BIOS comes with QEMU, UEFI with a package of its own."""
    capabilities = ET.fromstring(conn.getDomainCapabilities(None, 'x86_64', 'pc', 'qemu'))
    found = {value.text for value in capabilities.iterfind("os/enum[@name='firmware']/value")}
    return ['COMPUTE_FIRMWARE_BIOS'] + (['COMPUTE_FIRMWARE_UEFI'] if 'efi' in found else [])


def _topology(element, cells):
    """{'cells', 'sockets', 'cores', 'threads', ...}: numbers; sockets and the rest are of one NUMA cell."""
    found = {} if element is None else {key: int(value) for key, value in element.attrib.items()}
    return {'cells': cells, **found}


def cpu_info(element, cells=1):
    if element is None:
        return {'arch': os.uname().machine, 'model': None, 'vendor': None, 'topology': _topology(None, cells),
                'features': []}
    topology = element.find('topology')
    return {'arch': element.findtext('arch'), 'model': element.findtext('model'), 'vendor': element.findtext('vendor'),
            'topology': _topology(topology, cells),
            'features': sorted(feature.get('name') for feature in element.findall('feature'))}


def memory_mb(path='/proc/meminfo'):
    with open(path) as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith('MemTotal')) // 1024


def existing(path):
    """The path or the nearest directory above it that is there."""
    path = pathlib.Path(path)
    return path if path.exists() else existing(path.parent)
