# SPDX-License-Identifier: Apache-2.0
"""What the API shows of a server, version by version, straight from its row."""
import hashlib

import orjson

from praline_common import shortcuts
from praline_compute import states
from praline_compute.api.servers import image_properties
from praline_compute.db import servers
from praline_compute.db.columns import shown

_PROGRESSING = frozenset(('ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING'))
_FAILED = frozenset(('ERROR', 'DELETED'))
_ATTRIBUTES = 'os_compute_api:os-extended-server-attributes'
_HOST_STATUS = 'os_compute_api:servers:show:host_status'
_HOST_STATUS_UNKNOWN = 'os_compute_api:servers:show:host_status:unknown-only'
_EXTRA_SPECS = 'os_compute_api:servers:show:flavor-extra-specs'


class Audience:
    """Who looks at servers: the version asked for, and what the policy allows.  The same object for the same."""

    def __init__(self, version, is_admin, attributes, extra_specs, host_status, unknown_host_status):
        self.version = version
        self.is_admin = is_admin
        self.attributes = attributes
        self.extra_specs = extra_specs
        self.host_status = host_status
        self.unknown_host_status = unknown_host_status
        self.needs_hosts = host_status or unknown_host_status
        self.user_data = attributes and version >= (2, 3)
        # Columns that a list reads for this audience only.
        self.besides = tuple(name for name, wanted in (
            ('image', version >= (2, 98)), ('hints', version >= (2, 100)), ('user_data', self.user_data)) if wanted)


_audience = shortcuts.kept(1024)(Audience)


def audience(policy, req, target=None):
    """The Audience of this request; target: the server, when it is about one."""
    context, version = req.context, req.version
    target = target or {'project_id': context.project_id, 'user_id': context.user_id}
    host_status = version >= (2, 16) and policy.allows(context, _HOST_STATUS, target)
    return _audience(
        version, context.is_admin, policy.allows(context, _ATTRIBUTES, target),
        version >= (2, 47) and policy.allows(context, _EXTRA_SPECS, target), host_status,
        version >= (2, 16) and not host_status and policy.allows(context, _HOST_STATUS_UNKNOWN, target))


def from_list(row, besides=()):
    """A row of list_detail made fit for `detail`: what is shown as it is stored is passed on as text."""
    row = dict(zip((*servers.LISTED, *besides), row))
    for name in ('auto_disk_config', 'deleted'):
        row[name] = bool(row[name])
    row['flavor'] = _stored(row['flavor'])
    for name in ('fault', 'trusted_certs', 'image', 'hints'):
        if row.get(name):
            row[name] = orjson.loads(row[name])
    for name in ('metadata', 'shown_addresses', 'shown_groups'):
        row[name] = row[name] and orjson.Fragment(row[name])
    return row


# Many servers have few flavors; what it returns is only read.
_stored = shortcuts.kept(1024)(orjson.loads)


def brief(links, row):
    return {'id': row['id'], 'name': row['name'], 'links': links.of('servers', row['id'])}


def detail(links, audience, row, volumes=(), host_state=None, user_data=True):
    """volumes: [(volume id, delete_on_termination)]; host_state: 'UP', 'DOWN', ... of the server's host, if known."""
    version = audience.version
    status = 'DELETED' if row['deleted'] else states.shown(row['vm_state'], row['task_state'])
    host = row['host']
    out = {
        'id': row['id'],
        'name': row['name'],
        'status': status,
        'tenant_id': row['project_id'],
        'user_id': row['user_id'] or '',
        'metadata': row['metadata'],
        'hostId': host_id(host, row['project_id']) if host else '',
        'image': _image(links, version, row),
        'flavor': _flavor(links, audience, row),
        'created': shown(row['created_at']),
        'updated': shown(row['updated_at'] or row['created_at']),
        'addresses': {} if row['vm_state'] == states.BUILDING else row['shown_addresses'] or {},
        'accessIPv4': row['access_ip_v4'] or '',
        'accessIPv6': row['access_ip_v6'] or '',
        'links': links.of('servers', row['id']),
        'OS-DCF:diskConfig': 'AUTO' if row['auto_disk_config'] else 'MANUAL',
        'OS-EXT-AZ:availability_zone': row['availability_zone'] or '',
        'config_drive': row['config_drive'],
        'key_name': row['key_name'],
        'OS-SRV-USG:launched_at': row['launched_at'],
        'OS-SRV-USG:terminated_at': row['terminated_at'],
        'OS-EXT-STS:task_state': row['task_state'],
        'OS-EXT-STS:vm_state': row['vm_state'],
        'OS-EXT-STS:power_state': row['power_state'],
    }
    if status in _PROGRESSING:
        out['progress'] = row['progress']
    elif status in _FAILED and row['fault']:
        out['fault'] = fault(row['fault'], audience.is_admin)
    if row['shown_groups']:
        out['security_groups'] = row['shown_groups']
    if version < (2, 3):
        out['os-extended-volumes:volumes_attached'] = [{'id': volume_id} for volume_id, _ in volumes]
    else:
        out['os-extended-volumes:volumes_attached'] = [
            {'id': volume_id, 'delete_on_termination': goes} for volume_id, goes in volumes]
    if audience.attributes:
        _attributes(out, row, version, user_data)
    if version >= (2, 9):
        _since_2_9(out, row, audience, host_state)
    return out


def _since_2_9(out, row, audience, host_state):
    version = audience.version
    out['locked'] = row['locked_by'] is not None
    if audience.needs_hosts:
        state = (host_state or 'UNKNOWN') if row['host'] else ''
        if audience.host_status or state == 'UNKNOWN':
            out['host_status'] = state
    if version >= (2, 19):
        out['description'] = row['description']
    if version >= (2, 26):
        out['tags'] = tags(row)
    if version >= (2, 63):
        out['trusted_image_certificates'] = row['trusted_certs']
    if version >= (2, 73):
        out['locked_reason'] = row['locked_reason']
    if version >= (2, 90) and not audience.attributes:
        out['OS-EXT-SRV-ATTR:hostname'] = row['hostname']
    if version >= (2, 96):
        out['pinned_availability_zone'] = row['requested_zone']
    if version >= (2, 100):
        out['scheduler_hints'] = {name: value if isinstance(value, list) else [value]
                                  for name, value in (row['hints'] or {}).items()}


def _attributes(out, row, version, user_data):
    out['OS-EXT-SRV-ATTR:host'] = row['host']
    out['OS-EXT-SRV-ATTR:hypervisor_hostname'] = row['host']
    out['OS-EXT-SRV-ATTR:instance_name'] = instance_name(row['id'])
    if version >= (2, 3):
        out['OS-EXT-SRV-ATTR:hostname'] = row['hostname']
        out['OS-EXT-SRV-ATTR:launch_index'] = row['launch_index']
        out['OS-EXT-SRV-ATTR:reservation_id'] = row['reservation_id']
        out['OS-EXT-SRV-ATTR:root_device_name'] = row['root_device_name']
        out['OS-EXT-SRV-ATTR:kernel_id'] = ''
        out['OS-EXT-SRV-ATTR:ramdisk_id'] = ''
        if user_data:
            out['OS-EXT-SRV-ATTR:user_data'] = row['user_data']


def _image(links, version, row):
    if not row['image_id']:
        return ''
    shown_image = {'id': row['image_id'], 'links': [links.bookmark('images', row['image_id'])]}
    if version >= (2, 98):
        shown_image['properties'] = image_properties.of_image(row['image'])
    return shown_image


def _flavor(links, audience, row):
    if audience.version < (2, 47):
        return {'id': row['flavor_id'], 'links': [links.bookmark('flavors', row['flavor_id'])]}
    flavor = row['flavor']
    shown_flavor = {'vcpus': flavor['vcpus'], 'ram': flavor['ram'], 'disk': flavor['disk'],
                    'ephemeral': flavor['ephemeral'], 'swap': flavor['swap'], 'original_name': flavor['name']}
    if audience.extra_specs:
        shown_flavor['extra_specs'] = flavor['extra_specs']
    return shown_flavor


def fault(stored, is_admin):
    shown_fault = {'code': stored['code'], 'created': stored['created'], 'message': stored['message']}
    if stored.get('details') and (is_admin or stored['code'] != 500):
        shown_fault['details'] = stored['details']
    return shown_fault


def tags(row):
    return [tag for tag in row['tags'].split(',') if tag]


def instance_name(server_id):
    return 'instance-' + server_id[:8]


@shortcuts.kept(65536)
def host_id(host, project_id):
    """A name for the host that tells a project which of its servers share one, and nothing else."""
    return hashlib.sha224((project_id + host).encode()).hexdigest()
