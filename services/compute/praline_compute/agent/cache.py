# SPDX-License-Identifier: Apache-2.0
"""Cleans a host's image cache: bases that no guest's disk lies on and that nobody took for some time."""
import logging
import os
import struct
import time

LOG = logging.getLogger(__name__)
BASES = '_base'
_HEADER = struct.Struct('>4sIQI')


def clean(instances, hours):
    """Remove from <instances>/_base what is older than that; the paths that went.

    A base's time is that of its last use: the driver sets it before it lays a disk on it.
    """
    bases = os.path.join(instances, BASES)
    if not os.path.isdir(bases):
        return []
    used, gone = _used(instances), []
    for name in os.listdir(bases):
        path = os.path.join(bases, name)
        if path not in used and os.stat(path).st_mtime < time.time() - hours * 3600:
            os.unlink(path)
            LOG.info('image cache: %s was not used for %d hours', name, hours)
            gone.append(path)
    return gone


def _used(instances):
    """The backing files of every disk of every guest."""
    found = set()
    for directory, _, names in os.walk(instances):
        if os.path.basename(directory) != BASES:
            found.update(backing_file(os.path.join(directory, name)) for name in names)
    return found


def backing_file(path):
    """What a qcow2 file lies on; None when it lies on nothing or is no qcow2."""
    try:
        with open(path, 'rb') as file:
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size:
                return None
            magic, _, offset, length = _HEADER.unpack(head)
            if magic != b'QFI\xfb' or not offset:
                return None
            file.seek(offset)
            return file.read(length).decode()
    except FileNotFoundError:
        return None
