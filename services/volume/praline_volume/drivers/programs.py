# SPDX-License-Identifier: Apache-2.0
"""Runs the programs a back end needs, without a shell and within limits."""
import os
import shutil
import subprocess

from praline_volume import errors

PACKAGES = {'qemu-img': 'qemu-utils', 'tgtd': 'tgt', 'lvs': 'lvm2', 'cp': 'coreutils', 'prlimit': 'util-linux'}
FULL = ('No space left on device', 'insufficient free space', 'Disk quota exceeded')


def require(*names):
    """Raise BackendUnavailable for the first program that is not installed, naming its Debian package."""
    for name in names:
        if not shutil.which(name, path=_path()):
            raise errors.BackendUnavailable(f'the program {name} is not installed: '
                                     f'install the package {PACKAGES.get(name, name)}')


def run(*argv, timeout=3600):
    """The program's standard output.  BackendFull, BackendUnavailable or BackendFailed with its own last words."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace',
                              timeout=timeout, env={'LC_ALL': 'C', 'PATH': _path()}, check=False)
    except FileNotFoundError:
        require(argv[0])
        raise
    except subprocess.TimeoutExpired:
        raise errors.BackendFailed(f'{argv[0]} did not finish in {timeout} seconds') from None
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.strip()[-400:] or f'it ended with {done.returncode}'
    if any(sign in words for sign in FULL):
        raise errors.BackendFull(f'the volume back end is full: {words}')
    raise errors.BackendFailed(f'{argv[0]} failed: {words}')


def _path():
    return os.environ.get('PATH', '') + ':/usr/sbin:/sbin:/usr/bin:/bin'
