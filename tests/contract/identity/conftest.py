# SPDX-License-Identifier: Apache-2.0
"""The homes that the contract suite runs on: identity's tables and a live slapd."""
import os
import pathlib
import sys

import pytest

pytest.importorskip('ldap')
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from identity_homes import Identity, Ldap, Tables  # noqa: E402
from identity_slapd import Slapd  # noqa: E402


@pytest.fixture(scope='session')
def slapd(tmp_path_factory):
    if not os.path.exists('/usr/sbin/slapd'):
        pytest.skip('slapd is not installed')
    slapd = Slapd(tmp_path_factory.mktemp('slapd'))
    slapd.start()
    try:
        slapd.begin()
        yield slapd
    finally:
        slapd.stop()


@pytest.fixture
def start(tmp_path):
    """start(**options) -> Identity, for tests that set options of their own."""
    running = []

    def begin(**options):
        running.append(Identity(tmp_path, **options))
        return running[-1]

    yield begin
    for identity in running:
        identity.close()


@pytest.fixture
def identity(start):
    return start()


@pytest.fixture(params=['tables', 'ldap'])
def home(request, identity):
    if request.param == 'tables':
        return Tables(identity)
    return Ldap(identity, request.getfixturevalue('slapd'))


@pytest.fixture
def ldap_home(identity, slapd):
    """ldap_home(**options of the group ldap) -> a domain with a directory."""
    return lambda **options: Ldap(identity, slapd, **options)
