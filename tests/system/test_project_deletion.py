# SPDX-License-Identifier: Apache-2.0
"""A whole project goes from a running cloud, its process killed meanwhile: nothing of it stays, nothing else goes."""
import json

import pytest

from praline_common.cli import layout

from . import bookkeeping
from .clouds import Api, until

pytestmark = [pytest.mark.system, pytest.mark.slow]

COMPUTE, NETWORK = '/compute/v2.1/', '/network/v2.0/'
# Columns that name a project, and the tables that keep what was.
NAMING = ('project_id', 'owner', 'member', 'default_of', 'target_tenant', 'target_id')
HISTORY = ('operations', 'instance_actions', 'migrations', 'revocations')
PASSWORD = 'members-secret'


class Tenant:
    """A project with something in every service, and a member who made it."""

    def __init__(self, cloud, admin, name, cidr):
        self.name = name
        self.id = admin.must('POST', '/identity/v3/projects', {'project': {'name': name}})['project']['id']
        self.user = admin.must('POST', '/identity/v3/users', {'user': {
            'name': name + '-member', 'password': PASSWORD}})['user']['id']
        roles = {role['name']: role['id'] for role in admin.must('GET', '/identity/v3/roles')['roles']}
        admin.must('PUT', '/identity/v3/projects/%s/users/%s/roles/%s' % (self.id, self.user, roles['member']))
        self.api = Api(cloud, username=name + '-member', password=PASSWORD, project_name=name)
        self._fill(admin, cidr)

    def _fill(self, admin, cidr):
        api = self.api
        image = api.must('POST', '/image/v2/images', {
            'name': 'own', 'disk_format': 'raw', 'container_format': 'bare', 'protected': True})['id']
        api.must('PUT', '/image/v2/images/%s/file' % image, data=b'some bytes')
        network = api.must('POST', NETWORK + 'networks', {'network': {'name': 'lan'}})['network']['id']
        subnet = api.must('POST', NETWORK + 'subnets', {'subnet': {
            'network_id': network, 'ip_version': 4, 'cidr': cidr}})['subnet']['id']
        public = api.must('GET', NETWORK + 'networks?router:external=true')['networks'][0]['id']
        router = api.must('POST', NETWORK + 'routers', {'router': {
            'name': 'gate', 'external_gateway_info': {'network_id': public}}})['router']['id']
        api.must('PUT', NETWORK + 'routers/%s/add_router_interface' % router, {'subnet_id': subnet})
        api.must('POST', NETWORK + 'security-groups', {'security_group': {'name': 'web'}})
        self.server = api.must('POST', COMPUTE + 'servers', {'server': {
            'name': 'web', 'imageRef': image, 'flavorRef': _flavor(api), 'networks': [{'uuid': network}]}})['server']['id']
        until(lambda: self.status() != 'ACTIVE', 60, 'not built')
        port = api.must('GET', NETWORK + 'ports?device_id=' + self.server)['ports'][0]['id']
        api.must('POST', NETWORK + 'floatingips', {'floatingip': {'floating_network_id': public, 'port_id': port}})
        self.volume = self._volume('data')
        api.must('POST', COMPUTE + 'servers/%s/os-volume_attachments' % self.server, {
            'volumeAttachment': {'volumeId': self.volume}})
        until(lambda: self._volume_status(self.volume) != 'in-use', 60, 'not attached')
        spare = self._volume('spare')
        api.must('POST', api.volume('snapshots'), {'snapshot': {'volume_id': spare, 'name': 'yesterday'}})
        admin.must('PUT', COMPUTE + 'os-quota-sets/' + self.id, {'quota_set': {'cores': 9}})
        api.must('POST', '/identity/v3/users/%s/application_credentials' % self.user, {
            'application_credential': {'name': 'robot'}})

    def _volume(self, name):
        made = self.api.must('POST', self.api.volume('volumes'), {'volume': {'size': 1, 'name': name}})['volume']['id']
        until(lambda: self._volume_status(made) != 'available', 60, 'not made')
        return made

    def _volume_status(self, volume_id):
        return self.api.must('GET', self.api.volume('volumes/' + volume_id))['volume']['status']

    def status(self):
        return self.api.must('GET', COMPUTE + 'servers/' + self.server)['server']['status']


def _flavor(api):
    return api.must('GET', COMPUTE + 'flavors')['flavors'][0]['id']


def naming(cloud, project_id):
    """{service.table: rows that name the project}, history left out."""
    found = {}
    for service in ('identity', 'compute', 'scheduler', 'volume', 'image', 'network'):
        for table in cloud.rows(service, "SELECT name FROM sqlite_master WHERE type = 'table'"):
            name = table['name']
            columns = [column['name'] for column in cloud.rows(service, 'PRAGMA table_info("%s")' % name)]
            clauses = ['"%s" = ?' % column for column in columns if column in NAMING]
            if service == 'identity' and name == 'projects':
                clauses.append('id = ?')
            if name in HISTORY or not clauses:
                continue
            living = ' AND NOT deleted' if name == 'servers' else ''
            rows = cloud.rows(service, 'SELECT count(*) AS n FROM "%s" WHERE (%s)%s' % (
                name, ' OR '.join(clauses), living), *[project_id] * len(clauses))
            if rows[0]['n']:
                found['%s.%s' % (service, name)] = rows[0]['n']
    return found


@pytest.fixture(scope='module')
def admin(own_fake_cloud):
    api = Api(own_fake_cloud)
    api.must('POST', COMPUTE + 'flavors', {'flavor': {'name': 'own', 'ram': 64, 'vcpus': 1, 'disk': 1}})
    until(lambda: not any(host['state'] == 'up' for host in api.must('GET', COMPUTE + 'os-hypervisors/detail')[
        'hypervisors']), 60, 'no hypervisor is up')
    return api


def _state(admin, project_id):
    status, answer = admin.ask('GET', '/identity/praline/deletions/' + project_id)
    return answer['deletion'] if status == 200 else {'state': None, 'cause': None}


def _gone(admin, project_id):
    """Falsy once the project is deleted; fails at once when its deletion has."""
    shown = _state(admin, project_id)
    assert shown['state'] != 'failed', shown['cause']
    return shown['state']


def _kill(cloud):
    cloud.kill_worker()
    until(lambda: not layout.answers(cloud.base), 60, 'it does not answer')


def test_a_project_goes_whole_and_alone_through_kills(own_fake_cloud, admin):
    cloud = own_fake_cloud
    doomed, spared = Tenant(cloud, admin, 'doomed', '10.81.0.0/24'), Tenant(cloud, admin, 'spared', '10.82.0.0/24')
    before = naming(cloud, spared.id)
    had = naming(cloud, doomed.id)
    assert set(before) == set(had) and len(had) > 15

    shown = cloud.praline('project', 'delete', 'doomed', '--preview').stdout
    for words in ('servers                       1  64 MiB of RAM      web', '2  2 GiB              data, spare',
                  'snapshots                     1  1 GiB', 'images                        1  10 bytes           own',
                  'application credentials       1', 'floatingips                   1', 'routers'):
        assert words in shown, shown
    assert naming(cloud, doomed.id) == had, 'a preview changes nothing'

    assert cloud.praline('project', 'delete', 'doomed', check=False).returncode != 0, 'nobody said yes'
    told = cloud.praline('project', 'delete', 'doomed', '--window', '24h', '--yes').stdout
    assert 'will be deleted in 23 h 59 min' in told and 'praline project restore ' + doomed.id in told
    assert 'doomed' in cloud.praline('project', 'list', '--deleted').stdout
    until(lambda: doomed.api.ask('GET', COMPUTE + 'servers')[0] != 401, 10, 'its tokens are still good')
    cloud.praline('project', 'restore', 'doomed')
    assert naming(cloud, doomed.id) == had, 'a restored project is as it was'
    doomed.api = Api(cloud, username='doomed-member', password=PASSWORD, project_name='doomed')
    assert doomed.status() == 'ACTIVE'

    faults = cloud.directory / 'volumes' / 'faults.json'
    faults.write_text(json.dumps({'delete': {'stall': 600}}))
    cloud.praline('project', 'delete', 'doomed', '--now', '--yes')
    _kill(cloud)
    until(lambda: not cloud.rows('volume', "SELECT id FROM operations WHERE kind = 'delete_volume' AND state = "
                                           "'running'"), 60, 'no volume is on its way')
    assert _gone(admin, doomed.id) == 'deleting'
    _kill(cloud)
    cloud.kill_master()
    assert _gone(admin, doomed.id) == 'deleting'
    faults.unlink()
    until(lambda: _gone(admin, doomed.id), 90, 'not deleted')

    assert naming(cloud, doomed.id) == {}
    assert naming(cloud, spared.id) == before and spared.status() == 'ACTIVE'
    assert cloud.audit() == []
    until(lambda: bookkeeping.unrest(cloud, admin), 30, 'not at rest')
    story = cloud.why(doomed.id)
    print(story)
    assert 'identity delete_project  done' in story and 'networks' in story
    assert cloud.praline('project', 'list', '--deleted').stdout.strip() == ''

