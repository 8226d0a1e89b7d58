# SPDX-License-Identifier: Apache-2.0
"""The network service in the test's process: API, worker and an agent whose driver holds networks in memory."""
import time
import uuid

import pytest

from praline_common import rpc
from praline_common.testing.cloud import TestCloud
from praline_network import bootstrap


class FakeCompute:
    """Remembers whose addresses it was told are stale."""

    def __init__(self):
        self.stale = []

    @rpc.method
    def ports_changed(self, ctx, server_ids):
        self.stale += server_ids


@pytest.fixture(scope='module')
def compute():
    return FakeCompute()


@pytest.fixture(scope='module')
def cloud(tmp_path_factory, compute):
    options = {'network.driver': 'fake', 'host': 'host1', 'network.quota_router': 30,
               'network.quota_security_group': 50}
    with TestCloud(tmp_path_factory.mktemp('network'), ['network'], {'compute': compute}, options,
                   agents=['network']) as made:
        bootstrap.bootstrap(made.runtime('network'))
        yield made


class Api:
    """A client that expects the statuses that the API documents."""

    def __init__(self, client, project):
        self.raw, self.project = client, project

    def get(self, path, status=200):
        return self._checked(self.raw.get('/v2.0' + path), status)

    def create(self, plural, status=201, /, **values):
        name = _singular(plural)
        answer = self._checked(self.raw.post('/v2.0/' + plural, {name: values}), status)
        return answer.get(name, answer) if status == 201 else answer

    def update(self, plural, item_id, status=200, /, **values):
        name = _singular(plural)
        answer = self._checked(self.raw.put('/v2.0/%s/%s' % (plural, item_id), {name: values}), status)
        return answer.get(name, answer) if status == 200 else answer

    def show(self, plural, item_id, status=200):
        answer = self.get('/%s/%s' % (plural, item_id), status)
        return answer.get(_singular(plural), answer)

    def list(self, plural, query=''):
        return self.get('/%s?%s' % (plural, query))[plural.replace('-', '_')]

    def delete(self, plural, item_id, status=204):
        return self._checked(self.raw.delete('/v2.0/%s/%s' % (plural, item_id)), status)

    def put(self, path, body, status=200):
        return self._checked(self.raw.put('/v2.0' + path, body), status)

    def post(self, path, body, status=201):
        return self._checked(self.raw.post('/v2.0' + path, body), status)

    @staticmethod
    def _checked(answer, status):
        assert answer.status_int == status, answer.body
        return answer.json if answer.body else None

    # What many tests begin with.

    def network(self, cidr='10.1.0.0/24', **values):
        """(network, subnet)"""
        network = self.create('networks', name='n')
        values.setdefault('ip_version', 6 if ':' in cidr else 4)
        return network, self.create('subnets', network_id=network['id'], cidr=cidr, **values)

    def attach(self, router_id, status=200, **leg):
        return self.put('/routers/%s/add_router_interface' % router_id, leg, status)

    def detach(self, router_id, status=200, **leg):
        return self.put('/routers/%s/remove_router_interface' % router_id, leg, status)


def _singular(plural):
    return plural[:-1].replace('-', '_')


@pytest.fixture
def member(cloud):
    """A member of a project of its own."""
    project = 'p-' + uuid.uuid4().hex[:8]
    return Api(cloud.client('network', project=project), project)


@pytest.fixture
def other(cloud):
    project = 'o-' + uuid.uuid4().hex[:8]
    return Api(cloud.client('network', project=project), project)


@pytest.fixture
def admin(cloud):
    return Api(cloud.admin('network'), 'admin')


@pytest.fixture
def public(admin):
    """The external network that bootstrap made."""
    return admin.list('networks', 'name=public')[0]


@pytest.fixture
def driver(cloud):
    """What the agent's driver holds: inventory()."""
    agents = cloud.runtime('network').agents
    return lambda: agents.call(None, 'inventory', server='host1')


@pytest.fixture
def eventually():
    """eventually(check): its first true value, within a minute."""
    def wait(check):
        deadline = time.monotonic() + 60
        while True:
            value = check()
            if value or time.monotonic() > deadline:
                assert value
                return value
            time.sleep(0.01)
    return wait
