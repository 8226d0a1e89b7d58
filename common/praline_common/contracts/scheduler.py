# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of the scheduler."""
from praline_common.contracts import projects


class Scheduler(projects.ProjectHolder):

    def __init__(self, transport):
        super().__init__(transport, 'scheduler')

    def claim(self, ctx, consumer_id, resources, project_id, user_id, required_traits=(), forbidden_traits=(),
              availability_zone=None, host=None, exclude_hosts=(), same_host=(), different_host=(),
              affinity=None, aggregate_metadata=None, replace=False):
        """Choose a host and write the allocation, in one transaction.

        resources: {'VCPU': 1, 'MEMORY_MB': 128, 'DISK_GB': 1}.  Returns {'host', 'agent', 'provider_id'}.
        Asked twice for the same consumer it answers the same host.  affinity: {'group': id of the server group that
        the consumer is of from now on, 'policy': 'affinity' | 'anti-affinity' | 'soft-affinity' |
        'soft-anti-affinity' | None (no rule now), 'most': members that anti-affinity lets on a host (1), 'hosts':
        [hosts that count beside those of members that hold something], 'aside': [consumers that do not count]}.
        replace: choose anew although the consumer holds something, which is given back in the same transaction
        (and counts as free for the choice); asked twice it answers the host that was chosen.
        NoCapacity with details reasons: ['3 hosts: 2 lack MEMORY_MB (asked 4096, largest free 2048), 1 disabled'].
        """
        return self.call(ctx, 'claim', consumer_id=consumer_id, resources=resources, project_id=project_id,
                         user_id=user_id, required_traits=list(required_traits),
                         forbidden_traits=list(forbidden_traits), availability_zone=availability_zone, host=host,
                         exclude_hosts=list(exclude_hosts), same_host=list(same_host),
                         different_host=list(different_host), affinity=affinity,
                         aggregate_metadata=aggregate_metadata, replace=replace)

    def release(self, ctx, consumer_id):
        """Delete the consumer's allocations; nothing when there are none."""
        return self.call(ctx, 'release', consumer_id=consumer_id)

    def move(self, ctx, from_consumer, to_consumer):
        """What one consumer holds, the other holds instead, in one transaction; nothing when asked twice.

        A resize: move(server, migration), claim(server, ...); confirmed: release(migration); reverted:
        move(migration, server), which gives the new host back.
        """
        return self.call(ctx, 'move', from_consumer=from_consumer, to_consumer=to_consumer)

    def report_hosts(self, ctx, hosts):
        """What the compute service knows of its hosts; the scheduler keeps providers and inventories by it.

        hosts: [{'host', 'agent', 'provider_id' (uuid), 'inventory': {class: {'total', 'reserved',
        'allocation_ratio', 'min_unit', 'max_unit', 'step_size'}}, 'traits': [names], 'enabled': bool,
        'up': bool, 'disabled_reason', 'availability_zone', 'aggregates': [{'id' uuid, 'metadata'}]}]
        """
        return self.call(ctx, 'report_hosts', hosts=hosts)

    def forget_host(self, ctx, host):
        """The host is gone for good: its provider goes, if nothing is allocated on it (else Conflict)."""
        return self.call(ctx, 'forget_host', host=host)

    def allocations(self, ctx, consumer_ids=None):
        """{consumer id: {'host', 'resources'}} of these consumers, or of all: for the audit."""
        return self.call(ctx, 'allocations', consumer_ids=consumer_ids)

    def host_usages(self, ctx, hosts=None):
        """{host: {class: {'total', 'reserved', 'allocation_ratio', 'used'}}}."""
        return self.call(ctx, 'host_usages', hosts=hosts)
