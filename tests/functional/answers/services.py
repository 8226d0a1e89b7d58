# SPDX-License-Identifier: Apache-2.0
"""What the services' tables may hold beside what their columns say, and which lists can be put in order by what.

A collection that is not named here is asked all the same: every GET of every route is.
"""
import itertools

from hypothesis import strategies as st
import sqlalchemy as sa

from praline_compute import states
from praline_compute.api.servers import schemas
from praline_compute.db import models as compute
from praline_identity.db import models as identity
from praline_image.api.images import listing
from praline_image.db import models as image
from praline_network.api.root import ROUTES as NETWORK_ROUTES
from praline_network.db import models as network
from praline_scheduler.db import models as scheduler
from praline_volume.db import models as volume
from praline_volume.db import volumes

from . import rows
from .rows import IDS, PAIRS, PLAIN, TEXT

_NOT_ASKED = ('operations', 'operation_journal', 'periodic', 'alembic')
_DRAWN = st.sampled_from


class Service:
    """special: strategies by column; settle(cloud, conn): makes what the service counts fit the rows that were
    written; orders: {path: (key of the list, table, {sort key: column})}, checked against the rows themselves.
    """

    options, ids, undrawn, clocks = {}, {}, (), ()

    def __init__(self, name, metadata, special, orders=(), settle=None, most=None, **given):
        self.name, self.special, self.orders, self.settle = name, special, dict(orders), settle
        self.tables = [table for table in metadata.sorted_tables if not table.name.startswith(_NOT_ASKED)]
        self.__dict__.update(given)

    def rows(self):
        return rows.drawn([table for table in self.tables if table.name not in self.undrawn], self.special)



def _same(keys, **others):
    """{sort key: column} of keys that are called as their columns, but for `others`."""
    return {key: others.get(key, key) for key in keys}


def _advance(cloud, conn):
    """What a mirror has read ends before these rows; it hears of those that are gone."""
    number = next(_numbers)
    conn.execute(scheduler.revisions.delete())
    conn.execute(scheduler.revisions.insert(), {'id': 1, 'value': number, 'removals': number})
    conn.execute(scheduler.providers.update().values(revision=number, shape_revision=number))


_numbers = itertools.count(1)
_FLAVOR = st.fixed_dictionaries({
    'id': st.just(1), 'flavor_id': PLAIN, 'name': TEXT, 'vcpus': st.integers(0, 4), 'ram': st.integers(0, 99),
    'disk': st.integers(0, 9), 'ephemeral': st.integers(0, 9), 'swap': st.integers(0, 9), 'extra_specs': PAIRS,
    'rxtx_factor': st.just(1.0), 'is_public': st.booleans(), 'disabled': st.booleans(),
    'description': st.one_of(st.none(), TEXT)})
_ADDRESSES = st.dictionaries(TEXT, st.lists(st.fixed_dictionaries({
    'version': _DRAWN((4, 6)), 'addr': _DRAWN(('10.0.0.1', 'fe80::1')), 'OS-EXT-IPS:type': _DRAWN(('fixed', 'floating')),
    'OS-EXT-IPS-MAC:mac_addr': st.just('fa:16:3e:00:00:01')}), max_size=2), max_size=2)
_GROUPS = st.lists(st.fixed_dictionaries({'name': TEXT}), min_size=1, max_size=2)
_FAULT = st.fixed_dictionaries({'code': _DRAWN((404, 500)), 'message': TEXT, 'created': st.just('2026-01-02T03:04:05Z'),
                                'details': TEXT})
_VM_STATES = _DRAWN([getattr(states, name) for name in (
    'ACTIVE', 'BUILDING', 'STOPPED', 'ERROR', 'SOFT_DELETED', 'DELETED', 'SHELVED', 'RESIZED', 'PAUSED')])


_REPORT = {'hypervisor_type': 'fake', 'hypervisor_version': 1, **dict.fromkeys((
    'vcpus', 'memory_mb', 'disk_gb', 'vcpus_used', 'memory_mb_used', 'disk_gb_used', 'disk_gb_free', 'running_guests'), 4)}


def _or_none(strategy):
    return st.one_of(st.none(), strategy)


COMPUTE = Service('compute', compute.METADATA, {
    'servers.flavor': _FLAVOR, 'servers.old_flavor': _or_none(_FLAVOR), 'servers.vm_state': _VM_STATES,
    'servers.task_state': _or_none(_DRAWN(('deleting', 'rebuilding', 'resize_prep', 'migrating'))),
    'servers.config_drive': _DRAWN(('', 'True')), 'servers.shown_addresses': _or_none(_ADDRESSES),
    'servers.shown_groups': _or_none(_GROUPS), 'servers.fault': _or_none(_FAULT),
    'servers.network_info': st.just({'ports': [], 'addresses': {}, 'security_groups': []}),
    'servers.tags': _DRAWN(('', ',a,', ',a,b c,')), 'servers.addresses': _DRAWN(('', ',10.0.0.1,')),
    'servers.trusted_certs': _or_none(st.lists(PLAIN, max_size=2)), 'servers.locked_by': _or_none(_DRAWN(('owner', 'admin'))),
    'servers.key': st.none(), 'servers.image': st.none(), 'servers.hints': st.none(),
    'block_devices.state': _DRAWN(('new', 'attached', 'attaching')), 'block_devices.destination_type': st.just('volume'),
    'migrations.migration_type': _DRAWN(('migration', 'resize', 'live-migration', 'evacuation')),
    'migrations.status': _DRAWN(('running', 'finished', 'error', 'confirmed')), 'migrations.progress': st.none(),
    'keypairs.type': _DRAWN(('ssh', 'x509')), 'keypairs.name': PLAIN,
    'server_groups.policy': _DRAWN(('affinity', 'anti-affinity')), 'server_groups.rules': st.just({}),
    'hosts.seen_at': st.just(1.0), 'hosts.report': st.just(_REPORT),
    'aggregates.metadata': st.dictionaries(_DRAWN(('availability_zone', 'ssd')), PLAIN, max_size=2),
}, orders={
    '/v2.1/servers/detail': ('servers', compute.SERVERS, _same(
        schemas.COLUMNS, display_name='name', uuid='id', image_ref='image_id', instance_type_id='flavor_id',
        display_description='description', node='host')),
    '/v2.1/flavors/detail': ('flavors', compute.FLAVORS, {
        'flavorid': 'flavor_id', 'memory_mb': 'ram', 'root_gb': 'disk', 'name': 'name', 'vcpus': 'vcpus',
        'created_at': 'created_at', 'is_public': 'is_public', 'swap': 'swap'}),
}, ids={compute.FLAVORS: 'flavor_id'}, clocks=('/v2.1/os-simple-tenant-usage',))

VOLUME = Service('volume', volume.METADATA, {
    'volumes.status': _DRAWN(('available', 'in-use', 'error', 'creating')), 'attachments.status': _DRAWN(('attached', 'reserved')),
    'snapshots.status': _DRAWN(('available', 'error')), 'snapshots.progress': st.just('100%'),
    'groups.volume_types': st.lists(_DRAWN(IDS), max_size=2), 'volumes.image_metadata': _or_none(PAIRS),
    'attachments.connection_info': _or_none(st.just({'driver_volume_type': 'iscsi', 'data': {'target_lun': 1}})),
    'attachments.connector': _or_none(st.just({'host': 'h1'})), 'qos_specs.consumer': _DRAWN(('front-end', 'both')), 'services.binary': st.just('cinder-volume'),
    'services.report': st.just({
        'backend_name': 'b', 'trouble': '', 'total_gb': 9, 'free_gb': 5, 'oversubscription': 1.5}), 'volume_types.encryption': st.none(), 'messages.level': st.just('ERROR'),
}, orders={
    '/v3/volumes/detail': ('volumes', volume.VOLUMES, _same(volumes.SORT_KEYS)),
    '/v3/snapshots/detail': ('snapshots', volume.SNAPSHOTS, _same(('id', 'name', 'created_at', 'status'))),
})

IMAGE = Service('image', image.METADATA, {
    'images.status': _DRAWN(('active', 'queued')), 'images.visibility': _DRAWN(('public', 'private', 'shared', 'community')),
    'image_members.status': _DRAWN(('accepted', 'pending')), 'image_members.member': _DRAWN(rows.PROJECTS),
    'metadef_namespaces.visibility': _DRAWN(('public', 'private')), 'metadef_namespaces.namespace': _DRAWN(('n1', 'n2')),
    'metadef_definitions.namespace': _DRAWN(('n1', 'n2')),
    'metadef_definitions.kind': _DRAWN(('object', 'property', 'tag', 'resource_type')),
    'metadef_definitions.body': st.just({}),
}, orders={'/v2/images': ('images', image.images, _same(listing.SORT_KEYS))})

NETWORK = Service('network', network.METADATA, {
    'subnets.cidr': st.just('10.0.0.0/24'), 'subnets.gateway_ip': _or_none(st.just('10.0.0.1')),
    'subnets.ip_version': st.just(4), 'dns_nameservers': st.lists(st.just('10.0.0.2'), max_size=1),
    'host_routes': st.just([]), 'routes': st.just([]), 'service_types': st.just([]), 'allowed_address_pairs': st.just([]),
    'allocation_pools': st.just([{'start': '10.0.0.2', 'end': '10.0.0.254'}]), 'extra_dhcp_opts': st.just([]),
    'availability_zone_hints': st.just([]), 'prefixes': st.just(['10.0.0.0/8']), 'addresses.ip_address': _DRAWN(
        ('10.0.0.5', '10.0.0.6', '10.0.0.7')), 'network_type': _DRAWN(('vxlan', 'flat')),
    'mac_address': _DRAWN(('fa:16:3e:00:00:01', 'fa:16:3e:00:00:02', 'fa:16:3e:00:00:03')),
    'port_groups.port_id': _DRAWN(IDS), 'rbac_policies.action': st.just('access_as_shared'),
    'rbac_policies.object_type': st.just('network'), 'agents.configurations': st.just({}), 'ip_version': st.just(4),
    'security_group_rules.direction': _DRAWN(('ingress', 'egress')), 'ethertype': _DRAWN(('IPv4', 'IPv6')),
    'remote_ip_prefix': _or_none(st.just('10.1.0.0/16')), 'protocol': _or_none(_DRAWN(('tcp', '6', 'icmp'))),
    'security_groups.default_of': st.none(), 'revision_number': st.integers(1, 9),
})
for _path, _controller in NETWORK_ROUTES:
    if hasattr(_controller, 'rows') and _controller.rows is not None and 'get_all' in dir(_controller):
        _table, _resource = _controller.rows.TABLE, _controller.resource
        NETWORK.orders[_path] = (_resource.plural, _table, {
            name: name for name in _resource.fields if name in _table.c and not isinstance(_table.c[name].type, sa.JSON)})

SCHEDULER = Service('scheduler', scheduler.METADATA, {
    'inventories.total': st.integers(1, 40), 'inventories.resource_class': _DRAWN(('VCPU', 'MEMORY_MB')),
    'allocations.resource_class': _DRAWN(('VCPU', 'MEMORY_MB')), 'provider_traits.trait': _DRAWN(('CUSTOM_X', 'CUSTOM_Y')),
    'traits.name': _DRAWN(('CUSTOM_X', 'CUSTOM_Y')), 'resource_classes.name': _DRAWN(('CUSTOM_A', 'CUSTOM_B')),
    'hosts.aggregates': st.just([]), 'providers.parent_id': st.none(), 'inventories.allocation_ratio': st.just(1.0),
    'providers.revision': st.just(0), 'providers.shape_revision': st.just(0),
}, undrawn=('revisions',), settle=_advance)


def _people(cloud, conn):
    conn.execute(identity.revision.delete())
    conn.execute(identity.revision.insert(), {'id': 1, 'value': 1000 * next(_numbers)})


IDENTITY = Service('identity', identity.METADATA, {
    'is_domain': st.booleans(), 'mirrored_at': st.none(),
    'domain_id': _DRAWN(IDS[:2]), 'projects.domain_id': _DRAWN(('', *IDS[:2])), 'parent_id': _or_none(_DRAWN(IDS[:2])),
    'revocations.key': _DRAWN(['user:' + one for one in IDS] + ['audit:x']),
    'roles.domain_id': _DRAWN(('', IDS[0])), 'options': st.just({}), 'actor_kind': _DRAWN(('user', 'group')),
    'target_kind': _DRAWN(('project', 'domain')), 'user_id': _DRAWN(IDS), 'project_id': _DRAWN(IDS), 'actor_id': _DRAWN(IDS),
    'interface': _DRAWN(('public', 'internal', 'admin')), 'revision.id': st.just(1), 'role_ids': st.lists(_DRAWN(IDS), max_size=2),
    'endpoint_groups.filters': st.just('{"interface": "public"}'), 'project_deletions.enabled': st.just({}),
    'mappings.rules': st.just([]), 'mappings.schema_version': st.just('1.0'), 'endpoints.url': st.just('http://10.0.0.1/%(project_id)s'),
    'regions.parent_region_id': st.none(), 'regions.id': _DRAWN(('r1', 'r2')), 'region_id': _or_none(_DRAWN(('r1', 'r2'))),
}, orders={'/v3/users': ('users', identity.users, {'id': 'id'}),
           '/v3/roles': ('roles', identity.roles, {'id': 'id', 'name': 'name'}),
           '/v3/groups': ('groups', identity.groups, {'id': 'id', 'name': 'name'})},
    settle=_people, undrawn=('revision', 'config_options', 'credentials', 'consumers', 'oauth1_request_tokens',
                             'oauth1_access_tokens'), options={'identity.argon2_time': 1, 'identity.argon2_memory': 8})
ALL = (IDENTITY, IMAGE, COMPUTE, SCHEDULER, VOLUME, NETWORK)
