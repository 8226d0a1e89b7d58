# SPDX-License-Identifier: Apache-2.0
"""Small files that are replaced whole, so that a reader never sees half of one."""
import os
import shutil

from praline_common import errors


def replace(path, text, owner=None):
    """The file says `text` and belongs to `owner`, if one is named; its folder is made if need be."""
    fresh = path + '.new'
    try:
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        with open(fresh, 'w') as file:
            file.write(text)
        if owner:
            shutil.chown(fresh, owner)
        os.replace(fresh, path)
    except OSError as error:
        raise errors.DriverError('%s cannot be written: %s.' % (path, error.strerror)) from None


def read(path):
    """'' when there is none."""
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ''
