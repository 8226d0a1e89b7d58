# SPDX-License-Identifier: Apache-2.0
"""Two clouds that are made at the same moment share nothing, running or not."""
from concurrent.futures import ThreadPoolExecutor
import os
import socket

import pytest

from praline_common import errors
from praline_common.cli import ports, reservations

FIRST = 41000


@pytest.fixture
def where(tmp_path):
    return str(tmp_path / 'machine')


@pytest.fixture
def root(tmp_path):
    """root(name): a state directory that exists."""
    def make(name):
        (tmp_path / name).mkdir(exist_ok=True)
        return str(tmp_path / name)
    return make


def chosen(where, state, also=()):
    with reservations.choosing(state, where) as desk:
        return desk.port(FIRST, also)


def test_choices_at_the_same_moment_differ(where, root):
    roots = [root('c%d' % number) for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda state: chosen(where, state), roots))
    assert len(set(found)) == 12


def test_a_port_that_goes_with_another_is_nobody_elses(where, root):
    first = chosen(where, root('a'), also=(1,))
    assert chosen(where, root('b')) not in (first, first + 1)


def test_a_port_with_a_listener_is_passed_over(where, root):
    with socket.create_server(('127.0.0.1', 0)) as server:
        port = server.getsockname()[1]
        assert not ports.is_free(port)
        with reservations.choosing(root('a'), where) as desk:
            assert desk.port(port) > port


def test_what_a_directory_had_is_free_when_it_is_gone(where, root):
    first = chosen(where, root('a'))
    os.rmdir(root('a'))
    assert chosen(where, root('b')) == first


def test_forgetting_the_last_leaves_nothing_behind(where, root):
    chosen(where, root('a'))
    with reservations.choosing(root('a'), where) as desk:
        desk.forget()
    assert not os.path.exists(where)


def test_a_failed_choice_keeps_nothing(where, root):
    with pytest.raises(errors.Conflict, match='no free colour'):
        with reservations.choosing(root('a'), where) as desk:
            desk.port(FIRST)
            desk.choose('colour', [])
    assert not os.path.exists(where)


def test_a_copied_cloud_is_refused(where, root):
    port = chosen(where, root('a'))
    with pytest.raises(errors.Conflict, match='port %d belongs to the cloud in %s' % (port, root('a'))):
        with reservations.choosing(root('b'), where) as desk:
            desk.keep('port', port)


def test_a_spoilt_file_is_named(where, root):
    chosen(where, root('a'))
    path = os.path.join(where, 'reservations.json')
    with open(path, 'w') as file:
        file.write('{')
    with pytest.raises(errors.Error, match='%s is no JSON; remove it' % path):
        chosen(where, root('b'))


def test_the_holder_of_a_port_is_named():
    with socket.create_server(('127.0.0.1', 0)) as server:
        found = ports.holder(server.getsockname()[1])
    assert found.pid == os.getpid() and found.command
    assert found.in_session(os.getsid(0)) and not found.in_session(1)
