# SPDX-License-Identifier: Apache-2.0
"""A whole project in the scheduler: what holds allocations for it is counted and given back."""
import uuid

SMALL = {'VCPU': 1, 'MEMORY_MB': 1024}


def test_consumers_are_counted_and_give_back(scheduler, ctx, report):
    scheduler.report_hosts(ctx, [report('h1', VCPU=4, MEMORY_MB=8192)])
    mine, theirs = (sorted(str(uuid.uuid4()) for _ in range(2)) for _ in range(2))
    for project, consumers in (('p1', mine), ('p2', theirs)):
        for consumer in consumers:
            scheduler.claim(ctx, consumer, SMALL, project, 'u1')
    entry, = scheduler.project_resources(ctx, 'p1')
    assert (entry['kind'], entry['count'], entry['size']) == ('consumers', 2, None)
    assert sorted(thing['id'] for thing in entry['things']) == mine
    for _ in range(2):
        assert scheduler.delete_project_resources(ctx, 'p1') == {'going': 0, 'refused': []}
    assert scheduler.project_resources(ctx, 'p1') == []
    assert sorted(scheduler.allocations(ctx)) == theirs
    assert scheduler.host_usages(ctx)['h1']['VCPU']['used'] == 2
