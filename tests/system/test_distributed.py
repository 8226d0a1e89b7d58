# SPDX-License-Identifier: Apache-2.0
"""The distributed profile: two processes a service, RabbitMQ, and MariaDB or PostgreSQL, behind nginx."""
from concurrent.futures import ThreadPoolExecutor
import os
import pathlib
import shutil
import signal
import subprocess
from urllib.parse import urlsplit

import pytest

from praline_common import config, service
from praline_common.cli import backing, ports

from .clouds import Api, until
from .conftest import running

pytestmark = [pytest.mark.system, pytest.mark.slow]
NEEDED = {'mariadb': ('mariadbd',), 'postgresql': ('pg_ctlcluster',)}


@pytest.fixture(scope='module', params=sorted(NEEDED))
def cloud(request):
    missing = [name for name in ('rabbitmq-server', 'nginx', *NEEDED[request.param]) if not shutil.which(name)]
    if missing or os.geteuid():
        pytest.skip('needs root' if os.geteuid() else 'missing programs: %s' % ', '.join(missing))
    with running('--fake', '10', '--database', request.param, configure=_two_of_each) as made:
        yield made


def _two_of_each(cloud):
    for path, old, new in ((cloud.state.path('etc', 'uwsgi.ini'), 'processes = 1', 'processes = 2'),
                           (cloud.state.config, '[DEFAULT]', '[DEFAULT]\nworker_processes = 2')):
        text = pathlib.Path(path).read_text()
        assert old in text
        pathlib.Path(path).write_text(text.replace(old, new, 1))


def _children(pid):
    return subprocess.run(['pgrep', '-P', str(pid)], capture_output=True, text=True, timeout=30).stdout.split()


@pytest.fixture(scope='module')
def api(cloud):
    return Api(cloud)


def _status(api, path, kind):
    return api.must('GET', path)[kind]['status']


def _reaches(api, path, kind, wanted):
    until(lambda: (status := _status(api, path, kind)) != wanted and status, 90, path + ' to be ' + wanted)


def _gone(api, path):
    until(lambda: api.ask('GET', path)[0] != 404, 90, path + ' to be gone')


def _image(api):
    image = api.must('POST', '/image/v2/images', {'name': 'dist', 'disk_format': 'raw', 'container_format': 'bare'})
    api.must('PUT', '/image/v2/images/%s/file' % image['id'], data=b'\0' * 100000)
    assert api.must('GET', '/image/v2/images/' + image['id'])['status'] == 'active'
    return image['id']


def _network(api):
    network = api.must('POST', '/network/v2.0/networks', {'network': {'name': 'dist'}})['network']
    api.must('POST', '/network/v2.0/subnets', {'subnet': {
        'network_id': network['id'], 'ip_version': 4, 'cidr': '10.91.0.0/24'}})
    return network['id']


def test_life_of_a_server_with_a_volume(cloud, api):
    image, network = _image(api), _network(api)
    flavor = api.must('POST', '/compute/v2.1/flavors', {'flavor': {
        'name': 'dist', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
    server = '/compute/v2.1/servers/' + api.must('POST', '/compute/v2.1/servers', {'server': {
        'name': 'dist', 'imageRef': image, 'flavorRef': flavor, 'networks': [{'uuid': network}]}})['server']['id']
    volume_id = api.must('POST', api.volume('volumes'), {'volume': {'size': 1}})['volume']['id']
    volume = api.volume('volumes/' + volume_id)
    _reaches(api, server, 'server', 'ACTIVE')
    _reaches(api, volume, 'volume', 'available')
    assert api.must('GET', server)['server']['addresses']['dist'][0]['addr'].startswith('10.91.0.')
    api.must('POST', server + '/os-volume_attachments', {'volumeAttachment': {'volumeId': volume_id}})
    _reaches(api, volume, 'volume', 'in-use')
    until(cloud.audit, 90, 'it does not agree with itself')
    api.must('DELETE', server + '/os-volume_attachments/' + volume_id)
    _reaches(api, volume, 'volume', 'available')
    api.must('DELETE', server)
    _gone(api, server)
    api.must('DELETE', volume)
    _gone(api, volume)
    api.must('DELETE', '/network/v2.0/networks/' + network)
    api.must('DELETE', '/image/v2/images/' + image)
    api.must('DELETE', '/compute/v2.1/flavors/' + flavor)
    until(cloud.audit, 90, 'it does not agree with itself')


def test_writers_of_one_quota_wait_for_each_other(api):
    """Sixteen requests at once for the last eight volumes."""
    quota = '/volume/v3/%s/os-quota-sets/%s' % (api.project_id, api.project_id)
    api.must('PUT', quota, {'quota_set': {'volumes': 8}})
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: api.ask('POST', api.volume('volumes'), {'volume': {'size': 1}}), range(16)))
    made = [document['volume']['id'] for status, document in answers if status == 202]
    assert len(made) == 8 and {status for status, _ in answers} == {202, 413}
    for volume_id in made:
        _reaches(api, api.volume('volumes/' + volume_id), 'volume', 'available')
        api.must('DELETE', api.volume('volumes/' + volume_id))
        _gone(api, api.volume('volumes/' + volume_id))


def test_there_are_two_of_each(cloud):
    for name in ('worker', 'identity', 'volume'):
        assert len(_children(cloud.state.pid(name))) >= 2, name


def test_members_of_an_anti_affinity_group_never_meet(cloud, api):
    """Twelve servers at once for ten hosts."""
    image, group = _image(api), api.must('POST', '/compute/v2.1/os-server-groups', {'server_group': {
        'name': 'apart', 'policies': ['anti-affinity']}})['server_group']['id']
    flavor = api.must('POST', '/compute/v2.1/flavors', {'flavor': {
        'name': 'apart', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
    quota = {'quota_set': {'instances': 20, 'server_group_members': 20}}
    api.must('PUT', '/compute/v2.1/os-quota-sets/' + api.project_id, quota)
    body = {'server': {'name': 's', 'imageRef': image, 'flavorRef': flavor, 'networks': 'none'},
            'os:scheduler_hints': {'group': group}}
    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(lambda _: api.must('POST', '/compute/v2.1/servers', body)['server']['id'], range(12)))
    paths = ['/compute/v2.1/servers/' + server for server in made]

    def building():
        return [path for path in paths if _status(api, path, 'server') == 'BUILD']
    until(building, 60, 'servers are not placed')
    servers = [api.must('GET', path)['server'] for path in paths]
    hosts = [server['OS-EXT-SRV-ATTR:host'] for server in servers if server['status'] == 'ACTIVE']
    assert len(hosts) == len(set(hosts)) == 10
    assert all('anti-affinity' in server['fault']['message'] for server in servers if server['status'] == 'ERROR')
    for path in paths:
        api.must('DELETE', path)
        _gone(api, path)
    api.must('DELETE', '/compute/v2.1/os-server-groups/' + group)
    api.must('DELETE', '/compute/v2.1/flavors/' + flavor)
    api.must('DELETE', '/image/v2/images/' + image)
    until(cloud.audit, 90, 'it does not agree with itself')


def _volumes_at_once(api, count):
    with ThreadPoolExecutor(count) as pool:
        made = pool.map(lambda _: api.must('POST', api.volume('volumes'), {'volume': {'size': 1}})['volume']['id'],
                        range(count))
        return [api.volume('volumes/' + volume_id) for volume_id in made]


def _served_and_deleted(api, paths):
    for path in paths:
        _reaches(api, path, 'volume', 'available')
    for path in paths:
        api.must('DELETE', path)
    for path in paths:
        _gone(api, path)


def test_one_worker_takes_up_what_the_other_died_of(cloud, api):
    paths = _volumes_at_once(api, 6)
    os.kill(int(_children(cloud.state.pid('worker'))[0]), signal.SIGKILL)
    _served_and_deleted(api, paths)


def test_what_was_accepted_before_the_workers_died_is_done_when_they_are_back(cloud, api):
    paths = _volumes_at_once(api, 6)
    os.killpg(cloud.state.pid('worker'), signal.SIGKILL)
    cloud.praline('up')
    _served_and_deleted(api, paths)


def test_stops_and_starts_again_with_what_it_had(cloud, api):
    before = api.must('GET', '/network/v2.0/networks')
    cloud.praline('down')
    assert not any(cloud.state.pid(name) for name in ('rabbitmq', 'worker', 'agent', 'identity', 'nginx'))
    conf = config.load(cloud.state.config, service.installed().values())
    port = urlsplit(conf.rpc.transport_url).port
    until(lambda: [ports.holder(port + offset) for offset in (0, *backing.RABBIT_ALSO) if ports.holder(port + offset)],
          20, 'RabbitMQ or its epmd still listens')
    cloud.praline('up')
    assert api.must('GET', '/network/v2.0/networks') == before


def test_a_project_goes_with_what_it_has(cloud, api):
    project = api.must('POST', '/identity/v3/projects', {'project': {'name': 'leaving'}})['project']['id']
    me = api.must('GET', '/identity/v3/users?name=admin')['users'][0]['id']
    role = api.must('GET', '/identity/v3/roles?name=admin')['roles'][0]['id']
    api.must('PUT', '/identity/v3/projects/%s/users/%s/roles/%s' % (project, me, role))
    mine = Api(cloud, project_name='leaving')
    image, network = _image(mine), _network(mine)
    volume = mine.must('POST', mine.volume('volumes'), {'volume': {'size': 1, 'name': 'v'}})['volume']['id']
    _reaches(mine, mine.volume('volumes/' + volume), 'volume', 'available')
    told = cloud.praline('project', 'delete', 'leaving', '--now', '--yes').stdout
    assert 'is being deleted' in told
    for words in ('images', 'networks', 'subnets', 'volumes'):
        assert words in told, told
    _gone(api, '/identity/v3/projects/' + project)
    _gone(api, '/image/v2/images/' + image)
    _gone(api, '/network/v2.0/networks/' + network)
    _gone(api, api.volume('volumes/' + volume))
    assert 'delete_project  done' in cloud.why(project)
