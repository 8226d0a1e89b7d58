# SPDX-License-Identifier: Apache-2.0
"""What a person reads when a program is missing, says no or does not end."""
import pytest

from praline_common import errors
from praline_network.drivers.linuxbridge.command import CommandFailed
from praline_network.drivers.linuxbridge.command import ProgramMissing
from praline_network.drivers.linuxbridge.command import Runner
from praline_network.drivers.linuxbridge.names import Names


def test_a_missing_program_is_named_with_its_package(monkeypatch):
    monkeypatch.setenv('PATH', '/nowhere')
    with pytest.raises(ProgramMissing, match='nft is not installed; the Debian package nftables has it'):
        Runner().nft('list tables\n')


def test_a_failing_line_is_shown():
    with pytest.raises(CommandFailed, match='link del nosuchlink'):
        Runner().batch([['link', 'show', 'lo'], ['link', 'del', 'nosuchlink']])


def test_a_program_that_does_not_end_is_ended():
    with pytest.raises(CommandFailed, match='did not end within'):
        Runner(timeout=0.1).run(['sleep', '60'])


def test_a_missing_namespace_is_named():
    with pytest.raises(errors.DriverError, match='nosuchspace does not exist'):
        Runner().run(['true'], namespace='nosuchspace')


@pytest.mark.parametrize('cloud_id', ['', 'toolong1', 'Up', 'a-b', 'a"b'])
def test_a_cloud_id_that_cannot_be_in_names_is_refused(cloud_id):
    with pytest.raises(errors.DriverError, match='cloud_id'):
        Names(cloud_id)


@pytest.mark.parametrize('item_id', ['', '../etc', 'a b', 'a"b', 'x' * 65])
def test_an_id_that_is_none_never_becomes_a_name(item_id):
    with pytest.raises(errors.DriverError, match='is not an id'):
        Names('abc').dhcp_namespace(item_id)


def test_names_fit_and_differ():
    names = [Names('abcdef').bridge(str(number)) for number in range(1000)]
    assert len(set(names)) == 1000
    assert {len(name) for name in names} == {15}
