# SPDX-License-Identifier: Apache-2.0
"""A compute service and a scheduler in the test's process, three fake hosts, and stand-ins for the neighbours."""
import time
import types

import pytest

from praline_common.testing.cloud import TestCloud
from praline_common.testing.neighbours import IMAGE, FakeImage, FakeNetwork, FakeVolume
from praline_common.testing.statements import counted

PATIENCE = 60


@pytest.fixture
def neighbours():
    return types.SimpleNamespace(network=FakeNetwork(), image=FakeImage(), volume=FakeVolume())


@pytest.fixture
def options():
    """Options of the cloud; a test module may replace this fixture."""
    return {}


@pytest.fixture
def cloud(tmp_path, neighbours, options):
    with TestCloud(tmp_path, services=['compute', 'scheduler'], agents=['compute'], fakes=vars(neighbours), options={
            'compute.driver': 'fake', 'compute.fake_hosts': 3, 'compute.report_interval': 60, **options}) as running:
        yield running


@pytest.fixture
def compute(cloud):
    """The API as a member of project p1 at 2.1; `compute.at('2.96')` asks for another version."""
    return Asker(cloud, cloud.client('compute'))


@pytest.fixture
def admin(cloud):
    return Asker(cloud, cloud.admin('compute'))


@pytest.fixture
def flavor(admin):
    return admin.post('/v2.1/flavors', {'flavor': {'name': 'tiny', 'id': '1', 'ram': 64, 'vcpus': 1, 'disk': 1}},
                      expect=200)['flavor']


@pytest.fixture
def boot(cloud, compute, flavor):
    """boot(**fields) creates a server and waits until it is built; boot(wait=False) does not wait."""
    scheduler = cloud.runtime('compute').contracts.scheduler
    until(lambda: len(scheduler.host_usages(None)) == 3)

    def make(wait='ACTIVE', by=compute, hints=None, **fields):
        body = {'server': {'name': 'one', 'imageRef': IMAGE, 'flavorRef': '1', 'networks': [], **fields}}
        if hints:
            body['os:scheduler_hints'] = hints
        made = by.post('/v2.1/servers', body, expect=202)['server']
        return by.wait(made['id'], wait) if wait else made
    return make


class Asker:
    """A client whose answers are checked for their status at once."""

    def __init__(self, cloud, client, version=None):
        self.cloud, self.client, self.version = cloud, client, version

    def at(self, version):
        return Asker(self.cloud, self.client, version)

    def ask(self, verb, path, body=None, expect=None):
        headers = {'OpenStack-API-Version': 'compute ' + self.version} if self.version else {}
        answer = self.client.request(verb, path, body, headers=headers)
        if expect is None:
            return answer
        assert answer.status_int == expect, '%s %s: %s %s' % (verb, path, answer.status, answer.text)
        return answer.json if answer.body else None

    def __getattr__(self, verb):
        if verb not in ('get', 'post', 'put', 'patch', 'delete', 'head'):
            raise AttributeError(verb)
        return lambda path, body=None, expect=None: self.ask(verb.upper(), path, body, expect)

    def act(self, server_id, word, value=None, expect=202):
        return self.post('/v2.1/servers/%s/action' % server_id, {word: value}, expect=expect)

    def show(self, server_id):
        return self.get('/v2.1/servers/' + server_id, expect=200)['server']

    def wait(self, server_id, status, task=None):
        """The server when it is in this status with no task; fails early when it ends in another error."""
        def look():
            server = self.show(server_id)
            if server['status'] == 'ERROR' != status:
                raise AssertionError('the server failed: %s' % server.get('fault'))
            return server if server['status'] == status and server['OS-EXT-STS:task_state'] == task else None
        return until(look)

    def wait_gone(self, server_id):
        until(lambda: self.get('/v2.1/servers/' + server_id).status_int == 404)


def until(look):
    """What look() answers once it answers something."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, 'it did not happen in %d seconds' % PATIENCE
        time.sleep(0.01)


@pytest.fixture
def statements(cloud):
    """`with statements() as seen`: the SQL of the block, transactions left out."""
    return lambda: counted(cloud.runtime('compute').db)
