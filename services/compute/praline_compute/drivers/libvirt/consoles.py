# SPDX-License-Identifier: Apache-2.0
"""Console logs: one file a guest that QEMU appends to, kept below a bound by moving it aside."""
import os
import shutil
import xml.etree.ElementTree as ET

from praline_compute.drivers import base

NAME = 'console.log'
OLD = 'console.log.old'
LIMIT = 1024 ** 2


def read(directory, lines=None):
    """The last `lines` lines of what is kept, as bytes."""
    kept = b''.join(_content(directory / name) for name in (OLD, NAME))
    if lines is None or lines < 0:
        return kept
    return b''.join(kept.splitlines(keepends=True)[-lines:]) if lines else b''


def bound(directory):
    """Move a log that has outgrown the limit aside.  QEMU appends, so cutting the file does not disturb it."""
    path = directory / NAME
    try:
        if path.stat().st_size <= LIMIT:
            return
    except FileNotFoundError:
        return
    shutil.copyfile(path, directory / OLD)
    os.truncate(path, 0)


def vnc_address(domain):
    if not domain.isActive():
        raise base.WrongState('a guest that is off has no display')
    graphics = ET.fromstring(domain.XMLDesc()).find("devices/graphics[@type='vnc']")
    if graphics is None:
        raise base.WrongState('this guest was made without a display')
    return graphics.get('listen') or '127.0.0.1', int(graphics.get('port'))


def _content(path):
    try:
        with open(path, 'rb') as file:
            # A log may have grown past the limit since it was last bounded.
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LIMIT))
            return file.read()
    except FileNotFoundError:
        return b''
