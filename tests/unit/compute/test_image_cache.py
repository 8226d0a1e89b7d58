# SPDX-License-Identifier: Apache-2.0
"""The cleaning of a host's image cache, on real qcow2 files."""
import os
import shutil
import subprocess
import time

import pytest

from praline_compute.agent import cache


@pytest.mark.skipif(not shutil.which('qemu-img'), reason='qemu-img is not installed')
def test_keeps_what_is_new_or_used(tmp_path):
    bases, guest = tmp_path / '_base', tmp_path / 'guest'
    bases.mkdir(), guest.mkdir()
    for name in ('used', 'new', 'old'):
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', str(bases / name), '1M'], check=True)
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', str(bases / 'used'),
                    str(guest / 'disk')], check=True)
    past = time.time() - 7200
    for name in ('used', 'old'):
        os.utime(bases / name, (past, past))
    assert cache.clean(str(tmp_path), hours=1) == [str(bases / 'old')]
    assert sorted(os.listdir(bases)) == ['new', 'used']


def test_no_cache_yet(tmp_path):
    assert cache.clean(str(tmp_path), hours=1) == []
