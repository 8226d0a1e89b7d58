# SPDX-License-Identifier: Apache-2.0
"""The hosts that the driver suite runs on, and guests that are gone after each test."""
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import compute_libvirtd  # noqa: E402
from compute_hosts import FakeHost, RealHost, make_guest, make_nic  # noqa: E402

CHECKOUT = pathlib.Path(__file__).parents[3]
CACHE = pathlib.Path(os.environ.get('PRALINE_CACHE', CHECKOUT / '.praline-cache'))


@pytest.fixture(scope='session')
def guest_image():
    """The small guest, built once and kept."""
    directory = CACHE / 'guest-image'
    subprocess.run([CHECKOUT / 'deploy/guest-image/build', directory, CACHE / 'debs'], check=True,
                   stdout=subprocess.DEVNULL)
    return directory / 'tinyguest.qcow2'


@pytest.fixture(scope='session')
def real_host(guest_image):
    why = compute_libvirtd.missing()
    if why:
        pytest.skip(f'no libvirtd here: {why}')
    host = RealHost(guest_image)
    yield host
    host.close()


@pytest.fixture(scope='session', params=['fake', 'libvirt'])
def host(request):
    if request.param == 'libvirt':
        yield request.getfixturevalue('real_host')
        return
    fake = FakeHost()
    yield fake
    fake.close()


@pytest.fixture
def driver(host):
    return host.driver


@pytest.fixture
def guest(host):
    """A guest that is not built yet, and gone after the test."""
    guest = make_guest()
    yield guest
    host.driver.destroy_guest(guest.uuid)


@pytest.fixture(scope='session')
def booted(host):
    """A guest that has come up, with a card, shared by the tests of hot plugging: they leave it as they found it."""
    guest = make_guest(config_drive=True, nics=[make_nic()])
    host.driver.ensure_guest(guest, host.image)
    host.wait_console(guest, 'READY')
    yield guest
    host.driver.destroy_guest(guest.uuid)
