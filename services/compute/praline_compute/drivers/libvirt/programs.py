# SPDX-License-Identifier: Apache-2.0
"""Running the host's programs: a list of words, a time limit, and errors that name what to do."""
import subprocess

from praline_compute.drivers import base

PACKAGES = {'qemu-img': 'qemu-utils', 'xorriso': 'xorriso', 'qemu-system-x86_64': 'qemu-system-x86',
            'mkfs.ext4': 'e2fsprogs', 'mkswap': 'util-linux'}


def run(*command, timeout=600):
    """Run it and return what it printed.  ProgramMissing, NoSpace or DriverError with its own words."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        package = PACKAGES.get(command[0], command[0])
        raise base.ProgramMissing(f'{command[0]} is not installed on this host: apt-get install {package}') from None
    except subprocess.TimeoutExpired:
        raise base.DriverError(f'{command[0]} {command[1]} did not end in {timeout} seconds') from None
    if done.returncode == 0:
        return done.stdout
    said = (done.stderr or done.stdout).strip()[-500:]
    if 'No space left' in said:
        raise base.NoSpace(f'no space left on this host: {said}')
    raise base.DriverError(f'{command[0]} {command[1]} failed: {said}')
