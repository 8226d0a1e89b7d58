# SPDX-License-Identifier: Apache-2.0
"""Any sequence of claims, releases, replacements and moves keeps used = the allocations <= the capacity."""
import collections
import os
import tempfile

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
import sqlalchemy as sa

from praline_common import config, errors, rpc, service
from praline_scheduler import claims
from praline_scheduler.db import models

CONSUMERS = st.sampled_from(['c%d' % i for i in range(5)])
AMOUNTS = st.fixed_dictionaries({'VCPU': st.integers(1, 3)}, optional={'MEMORY_MB': st.integers(1, 6)})


def host(name, vcpu, memory):
    return {'host': name, 'agent': 'a', 'provider_id': 'provider-' + name, 'enabled': True, 'up': True, 'traits': [],
            'inventory': {'VCPU': {'total': vcpu}, 'MEMORY_MB': {'total': memory}}, 'disabled_reason': None,
            'availability_zone': 'nova', 'aggregates': []}


class Cloud(RuleBasedStateMachine):
    """Two workers with a mirror each, on one database."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        os.mkdir(os.path.join(self.directory.name, 'db'))
        scheduler = service.Service('scheduler', 'praline_scheduler')
        conf = config.load(None, [scheduler])
        conf.set_override('state', self.directory.name)
        self.transport = rpc.connect(conf)
        self.runtimes = [service.Runtime(scheduler, conf, self.transport) for _ in range(2)]
        models.METADATA.create_all(self.runtimes[0].db.engine)
        self.workers = [claims.Claims(runtime) for runtime in self.runtimes]
        self.workers[0].report([host('h1', 4, 8), host('h2', 3, 12)])
        self.held = {}

    def teardown(self):
        for runtime in self.runtimes:
            runtime.db.close()
        self.transport.close()
        self.directory.cleanup()

    @rule(worker=st.integers(0, 1), consumer=CONSUMERS, resources=AMOUNTS, replace=st.booleans())
    def claim(self, worker, consumer, resources, replace):
        try:
            found = self.workers[worker].claim(consumer, 'p', 'u', replace, resources=resources)
        except errors.NoCapacity:
            return
        if consumer not in self.held or replace:
            self.held[consumer] = (found.id, resources)
        assert self.held[consumer][0] == found.id

    @rule(worker=st.integers(0, 1), consumer=CONSUMERS)
    def release(self, worker, consumer):
        self.workers[worker].release(consumer)
        self.held.pop(consumer, None)

    @precondition(lambda self: self.held)
    @rule(worker=st.integers(0, 1), source=CONSUMERS, sink=CONSUMERS)
    def move(self, worker, source, sink):
        if source == sink:
            return
        self.workers[worker].move(source, sink)
        if source in self.held:
            self.held[sink] = self.held.pop(source)

    @rule(worker=st.integers(0, 1), vcpu=st.integers(1, 6))
    def resize_host(self, worker, vcpu):
        self.workers[worker].report([host('h1', vcpu, 8)])

    @invariant()
    def rows_agree(self):
        sums = collections.Counter()
        for provider_id, resources in self.held.values():
            for name, amount in resources.items():
                sums[provider_id, name] += amount
        with self.runtimes[0].db.read() as conn:
            rows = conn.execute(sa.select(models.inventories)).mappings().all()
            holders = set(conn.execute(sa.select(models.consumers.c.id)).scalars())
        assert {(row['provider_id'], row['resource_class']): row['used'] for row in rows if row['used']} == dict(sums)
        assert holders == set(self.held)
        assert all(row['used'] <= row['capacity'] for row in rows
                   if row['provider_id'] != 'provider-h1' or row['resource_class'] != 'VCPU')


Cloud.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestNeverOversells = Cloud.TestCase
