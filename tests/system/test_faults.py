# SPDX-License-Identifier: Apache-2.0
"""A machine that is not as it should be, for real: a full disk, a setting that would ruin a cloud."""
import os
import pathlib
import subprocess

import pytest

from .clouds import BIN
from .conftest import running

pytestmark = [pytest.mark.system]


def test_init_on_a_full_disk(tmp_path):
    if os.geteuid():
        pytest.skip('needs root')
    script = 'mount -t tmpfs -o size=256k none "$1" && exec "$0" --state "$1/cloud" init --fake 1'
    done = subprocess.run(['unshare', '--mount', 'sh', '-c', script, str(BIN / 'praline'), str(tmp_path)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if 'mount:' in done.stderr:
        pytest.skip('may not mount')
    assert done.returncode and 'Traceback' not in done.stderr, done.stderr
    assert 'is full (' in done.stderr and 'make room there and run the same command again' in done.stderr


def test_an_embedded_cloud_of_several_processes_is_refused():
    """Two of them would each take back the operations of the other."""
    with running('--fake', '1') as cloud:
        cloud.praline('down')
        settings = pathlib.Path(cloud.state.path('etc', 'uwsgi.ini'))
        kept = settings.read_text()
        settings.write_text(kept.replace('processes = 1', 'processes = 2'))
        done = cloud.praline('up', check=False, timeout=110)
        assert done.returncode and 'Traceback' not in done.stderr
        assert 'the embedded cloud is one process and etc/uwsgi.ini says 2; set processes = 1' in done.stderr
        settings.write_text(kept)
        cloud.praline('up')
        assert 'BAD' not in cloud.praline('doctor', check=False).stdout
