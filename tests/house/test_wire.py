# SPDX-License-Identifier: Apache-2.0
"""What travels between processes keeps its shape: a changed field needs a new VERSION and a new fingerprint here."""
import importlib
import pkgutil

from oslo_versionedobjects import fixture
import pytest

from praline_common import objects
from praline_common.objects import base

FINGERPRINTS = {
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
