# SPDX-License-Identifier: Apache-2.0
"""Two clouds on one machine, and other programs on it: whoever comes second is told who has what."""
from concurrent.futures import ThreadPoolExecutor
import contextlib
import os
import pathlib
import shutil
import socket
import tempfile
import threading

import pytest

from praline_common.cli import reservations

from .clouds import Api, Cloud
from .conftest import running
from .machine import setting

pytestmark = [pytest.mark.system]


@pytest.fixture(scope='module')
def pair():
    """Two clouds that were made at the same moment and do not run."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix='praline-system-'))
    directory.chmod(0o711)
    clouds = [Cloud(directory / name, '--fake', '1') for name in ('one', 'two')]
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda cloud: cloud.praline('init', *cloud.init), clouds))
        yield clouds
    finally:
        for cloud in clouds:
            cloud.purge()
        shutil.rmtree(directory)


@contextlib.contextmanager
def listening(port):
    with socket.create_server(('127.0.0.1', port)):
        yield


def port_of(cloud):
    return int(cloud.base.rpartition(':')[2])


def test_made_at_the_same_moment_they_share_nothing(pair):
    for section, name in (('DEFAULT', 'base_url'), ('DEFAULT', 'cloud_id'), ('volume', 'target_port'),
                          ('volume', 'target_control'), ('network', 'external_cidr')):
        one, two = (setting(cloud, section, name) for cloud in pair)
        assert one != two, name


def test_up_names_the_program_on_its_port(pair):
    with listening(port_of(pair[0])):
        done = pair[0].praline('up', check=False)
    assert done.returncode != 0 and 'Traceback' not in done.stderr
    assert 'cannot listen on port %d: ' % port_of(pair[0]) in done.stderr and '(pid %d)' % os.getpid() in done.stderr
    assert pair[0].state.config in done.stderr


def test_up_does_not_take_another_cloud_for_its_own(pair):
    one, two = pair
    one.praline('up')
    try:
        # As if somebody had written the neighbour's port into the file.
        config = pathlib.Path(two.state.config)
        kept = config.read_text()
        config.write_text(kept.replace(':%d' % port_of(two), ':%d' % port_of(one)))
        done = two.praline('up', check=False)
        assert done.returncode != 0 and 'belongs to the cloud in %s' % one.state.root in done.stderr
        with reservations.choosing(one.state.root) as desk:
            desk.forget()
        done = two.praline('up', check=False)
        assert done.returncode != 0 and 'cannot listen on port %d' % port_of(one) in done.stderr
        assert 'uwsgi' in done.stderr and two.state.pid('cloud') is None
        assert 'answers    no' in two.praline('status').stdout
        assert reservations.owner('port', port_of(one)) == two.state.root
        config.write_text(kept)
        two.praline('up')
        assert 'answers    http' in two.praline('status').stdout and 'answers    http' in one.praline('status').stdout
        assert one.praline('up').stdout.startswith('already up')
    finally:
        one.praline('down')
        two.praline('down')


@pytest.mark.slow
def test_distributed_clouds_made_at_the_same_moment_both_come_up():
    """Each with its own RabbitMQ, database server and nginx."""
    if os.geteuid() or not all(map(shutil.which, ('rabbitmq-server', 'nginx', 'mariadbd', 'pg_ctlcluster'))):
        pytest.skip('needs root, rabbitmq-server, nginx, mariadb-server and postgresql')

    def life(database):
        with running('--fake', '1', '--database', database) as cloud:
            both.wait(400)      # each runs until the other does
            assert 'answers    http' in cloud.praline('status').stdout
            assert Api(cloud).must('GET', '/volume/v3/types')
            both.wait(400)
            return port_of(cloud)
    both = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(life, ('mariadb', 'postgresql')))) == 2
