# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of the scheduler; see praline_common.contracts.scheduler."""
from praline_common import rpc
from praline_common.service import Worker
from praline_scheduler import claims
from praline_scheduler import projects
from praline_scheduler.db import allocations


def worker(runtime):
    endpoint = Endpoint(runtime)
    return Worker(endpoints=[endpoint, projects.Projects(runtime, endpoint.claims)])


class Endpoint:

    def __init__(self, runtime):
        self.db = runtime.db
        self.claims = claims.Claims(runtime)

    @rpc.method
    def claim(self, ctx, consumer_id, resources, project_id, user_id, required_traits=(), forbidden_traits=(),
              availability_zone=None, host=None, exclude_hosts=(), same_host=(), different_host=(), affinity=None,
              aggregate_metadata=None, replace=False):
        found = self.claims.claim(
            consumer_id, project_id, user_id, replace, resources=resources,
            required_traits=frozenset(required_traits), forbidden_traits=frozenset(forbidden_traits),
            availability_zone=availability_zone, host=host, exclude_hosts=frozenset(exclude_hosts),
            same_host=frozenset(same_host), different_host=frozenset(different_host), affinity=affinity,
            aggregate_metadata=aggregate_metadata)
        return {'host': found.host.name, 'agent': found.host.agent, 'provider_id': found.id}

    @rpc.method
    def release(self, ctx, consumer_id):
        self.claims.release(consumer_id)

    @rpc.method
    def move(self, ctx, from_consumer, to_consumer):
        self.claims.move(from_consumer, to_consumer)

    @rpc.method
    def report_hosts(self, ctx, hosts):
        self.claims.report(hosts)

    @rpc.method
    def forget_host(self, ctx, host):
        self.claims.forget_host(host)

    @rpc.method
    def allocations(self, ctx, consumer_ids=None):
        with self.db.read() as conn:
            known = self.claims.mirror.refresh(conn)
            rows = allocations.of_consumers(conn, consumer_ids)
        out = {}
        for row in rows:
            provider = known.get(row['provider_id'])
            entry = out.setdefault(row['consumer_id'], {'host': None, 'resources': {}})
            entry['host'] = provider.host.name if provider and provider.host else entry['host']
            entry['resources'][row['resource_class']] = row['used']
        return out

    @rpc.method
    def host_usages(self, ctx, hosts=None):
        out = {}
        for provider in self.claims.mirror.refresh().values():
            if provider.host is not None and (hosts is None or provider.host.name in hosts):
                out[provider.host.name] = {
                    name: {'total': item.total, 'reserved': item.reserved,
                           'allocation_ratio': item.allocation_ratio, 'used': item.used}
                    for name, item in provider.inventories.items()}
        return out
