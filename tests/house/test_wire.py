# SPDX-License-Identifier: Apache-2.0
"""What travels between processes keeps its shape: a changed field needs a new VERSION and a new fingerprint here."""
import importlib
import pkgutil

from oslo_versionedobjects import fixture
import pytest

from praline_common import objects
from praline_common.objects import base

FINGERPRINTS = {
    'FloatingAddress': '1.0-76e2e2589c8418f65b9a90ecbc4268cd',
    'Guest': '1.0-10f196844e4a368e3f7550426722fc52',
    'GuestDisk': '1.0-627a80f42a04d1645c0f45d15db61c61',
    'GuestNic': '1.0-a63f0beb523f6169ee5f586285e1b3a3',
    'GuestState': '1.0-39d528e6363a7a8071d0c3d157449bdc',
    'HostNetworks': '1.0-b72a98fcc76754f8ae57f5ed17abb7c0',
    'HostReport': '1.0-81eea6bb6ab0a14a7d5f88e036ce81a5',
    'Network': '1.0-f9fb26be8e5f814d16d604bfa81a5faf',
    'Port': '1.0-28e8dbe8e51b3e38b3797d94988e9628',
    'Router': '1.0-92490efe0873fd98bed9f1fbd25fc25d',
    'RouterLeg': '1.0-0ebe6d268eba90d3470b95524de01d77',
    'SecurityGroup': '1.0-821f57ef827358be6bb5e660c39e257c',
    'SecurityGroupRule': '1.0-d104df863d69d274a880b981088fbf33',
    'Subnet': '1.0-2a1b0accaee9ecc98acd35ed7723a1fb',
    'Volume': '1.0-ce2304887c21e62bd1d1e3b3aa387d11',
}


@pytest.fixture(scope='module')
def checker():
    for module in pkgutil.iter_modules(objects.__path__):
        importlib.import_module('praline_common.objects.' + module.name)
    ours = {name: classes for name, classes in base.Registry.obj_classes().items()
            if classes[0].OBJ_PROJECT_NAMESPACE == base.NAMESPACE and classes[0].__module__.startswith('praline_common.')}
    return fixture.ObjectVersionChecker(ours)


def test_no_shape_changed_without_a_new_version(checker):
    expected, found = checker.test_hashes(FINGERPRINTS)
    assert found == expected, 'raise VERSION of what changed, then put the new fingerprints here'
