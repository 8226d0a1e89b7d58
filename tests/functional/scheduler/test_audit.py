# SPDX-License-Identifier: Apache-2.0
"""The audit finds what does not add up, repairs it, and finds nothing in a cloud that is right."""
import uuid

import pytest
import sqlalchemy as sa

from praline_scheduler import audit
from praline_scheduler.db import models, revisions


@pytest.fixture
def runtime(cloud, scheduler, ctx, report):
    scheduler.report_hosts(ctx, [report('h1')])
    scheduler.claim(ctx, str(uuid.uuid4()), {'VCPU': 1}, 'p', 'u')
    return cloud.runtime('scheduler')


def test_nothing_to_find(runtime):
    assert audit.audit(runtime) == []


def test_usage_is_put_right_and_mirrors_learn_of_it(runtime, scheduler, ctx):
    with runtime.db.write() as conn:
        revisions.advance(conn)
        conn.execute(models.inventories.update().where(models.inventories.c.resource_class == 'VCPU').values(used=3))
    found = audit.audit(runtime)
    assert [(entry['kind'], entry['what'], entry['repaired']) for entry in found] == [
        ('usage', 'used says 3, the allocations sum to 1', False)]
    assert audit.audit(runtime, repair=True)[0]['repaired']
    assert audit.audit(runtime) == []
    assert scheduler.host_usages(ctx)['h1']['VCPU']['used'] == 1


def test_empty_consumers_go(runtime):
    with runtime.db.write() as conn:
        conn.execute(models.allocations.delete())
        conn.execute(models.inventories.update().values(used=0))
    assert [entry['kind'] for entry in audit.audit(runtime, repair=True)] == ['empty']
    with runtime.db.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(models.consumers)).scalar() == 0
