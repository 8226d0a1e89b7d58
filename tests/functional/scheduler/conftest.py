# SPDX-License-Identifier: Apache-2.0
"""A scheduler in the test's process, and hosts to put things on."""
import uuid

import pytest

from praline_common.context import Context
from praline_common.testing.cloud import TestCloud


@pytest.fixture
def cloud(tmp_path):
    with TestCloud(tmp_path, services=['scheduler']) as running:
        yield running


@pytest.fixture
def scheduler(cloud):
    return cloud.runtime('scheduler').contracts.scheduler


@pytest.fixture
def ctx():
    return Context.internal()


@pytest.fixture
def placement(cloud):
    """The placement API as an administrator at the newest microversion."""
    client = cloud.admin('scheduler')
    client.headers['OpenStack-API-Version'] = 'placement 1.39'
    return client


@pytest.fixture
def report():
    """A maker of host reports; report('h1', VCPU=4, MEMORY_MB=2048)."""
    return make_report


def make_report(host, traits=(), aggregates=(), enabled=True, up=True, zone='nova', provider_id=None, **amounts):
    amounts = amounts or {'VCPU': 4, 'MEMORY_MB': 4096, 'DISK_GB': 100}
    return {'host': host, 'agent': 'agent-' + host,
            'provider_id': provider_id or str(uuid.uuid5(uuid.NAMESPACE_DNS, host)),
            'inventory': {name: {'total': total, 'reserved': 0, 'allocation_ratio': 1.0, 'min_unit': 1,
                                 'max_unit': total, 'step_size': 1} for name, total in amounts.items()},
            'traits': list(traits), 'enabled': enabled, 'up': up, 'disabled_reason': None,
            'availability_zone': zone, 'aggregates': list(aggregates)}
