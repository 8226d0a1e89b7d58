# SPDX-License-Identifier: Apache-2.0
"""Whole clouds for system tests: one on fake drivers, one on libvirt, tgt and bridges; gone at the end."""
import contextlib
import os
import pathlib
import shutil
import tempfile

import pytest

from . import machine
from .clouds import Cloud

PROGRAMS = ('libvirtd', 'qemu-img', 'tgtd', 'dnsmasq', 'nft', 'ip')


@contextlib.contextmanager
def running(*init, configure=None):
    """A cloud of its own that runs, and is purged whatever happens; configure(cloud) may change its files first."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix='praline-system-'))
    directory.chmod(0o711)
    cloud = Cloud(directory / 'cloud', *init)
    try:
        cloud.make(configure)
        yield cloud
    finally:
        cloud.purge()
        shutil.rmtree(directory)


@pytest.fixture(scope='session')
def fake_cloud():
    """A cloud on ten fake hosts that other tests use too: leave nothing in it."""
    with running('--fake', '10') as cloud:
        yield cloud


@pytest.fixture(scope='module')
def own_fake_cloud():
    """A cloud on ten fake hosts for one module's tests."""
    with running('--fake', '10') as cloud:
        yield cloud


@pytest.fixture(scope='session')
def guest_image():
    """The small qcow2 image, or a skip that says how to make it."""
    cache = os.environ.get('PRALINE_CACHE', str(pathlib.Path(__file__).resolve().parents[2] / '.praline-cache'))
    path = os.path.join(cache, 'guest', 'tinyguest.qcow2')
    if not os.path.exists(path):
        pytest.skip('no guest image at %s: `deploy/guest-image/build %s/guest` makes it' % (path, cache))
    return path


@pytest.fixture(scope='session')
def real_cloud(guest_image):
    """A cloud on this machine's libvirt, tgt and bridges."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing or os.geteuid():
        pytest.skip('needs root' if os.geteuid() else 'missing programs: %s' % ', '.join(missing))
    with running() as cloud:
        cloud_id = machine.short_id(cloud)
        yield cloud
    assert machine.traces(cloud_id) == set()
