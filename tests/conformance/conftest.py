# SPDX-License-Identifier: Apache-2.0
"""A cloud for the field's suites, set as they want it, and Tempest in front of it."""
import os
import pathlib

import pytest

from tests.system.conftest import guest_image, real_cloud, running  # noqa: F401

from . import site
from .runner import Runner

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Options of the conformance cloud: tests lock users out, change passwords, upload random bytes and import from loopback.
SETTINGS = {
    'identity': {'lockout_failure_attempts': 2, 'lockout_duration': 5, 'unique_last_password_count': 2},
    'network': {'quota_router': 100, 'quota_floatingip': 500, 'quota_security_group': 150,
                'quota_security_group_rule': 1000},
    'image': {'check_formats': 'false', 'download_networks': '127.0.0.0/8'},
}


@pytest.fixture(scope='session')
def tempest_venv():
    venv = pathlib.Path(os.environ.get('PRALINE_TEMPEST_VENV', ROOT / '.venv-tempest'))
    assert (venv / 'installed').exists(), 'no Tempest in %s: tests/conformance/install makes it' % venv
    return venv


@pytest.fixture(scope='session')
def on_fakes(tempest_venv, tmp_path_factory):
    """A Runner against a cloud on ten fake hosts."""
    directory = tmp_path_factory.mktemp('tempest')
    site.make_disks(directory)
    with running('--fake', '10', configure=_configure) as cloud, site.served(directory) as files:
        site.prepare(cloud, directory, files)
        yield Runner(tempest_venv, directory)


@pytest.fixture(scope='session')
def on_guests(tempest_venv, tmp_path_factory, real_cloud, guest_image):  # noqa: F811
    """A Runner whose tests log in to guests on this machine's libvirt, tgt and bridges."""
    directory = tmp_path_factory.mktemp('tempest')
    site.make_disks(directory)
    with site.served(directory) as files:
        site.prepare(real_cloud, directory, files, guest_image)
        yield Runner(tempest_venv, directory, workers=1)


def _configure(cloud):
    path = pathlib.Path(cloud.state.config)
    text = path.read_text()
    for section, options in SETTINGS.items():
        lines = '[%s]\n' % section + ''.join('%s = %s\n' % option for option in options.items())
        text = text.replace('[%s]\n' % section, lines) if '[%s]\n' % section in text else text + lines
    path.write_text(text)


def pytest_addoption(parser):
    parser.addoption('--record', action='store_true', help='write what the suites answered into the ledger')
    parser.addoption('--scenarios', action='store_true', help='all scenarios on real guests, not only the short ones')
