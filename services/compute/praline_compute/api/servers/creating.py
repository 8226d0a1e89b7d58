# SPDX-License-Identifier: Apache-2.0
"""Accepts a create request: everything that can be refused is refused here, then rows and operations are written."""
import base64
import binascii
import ipaddress
import re
import secrets
import string
import uuid

from praline_common import errors as common_errors
from praline_compute import errors, firmware, states
from praline_compute.api import types
from praline_compute.api.servers import devices, groups, images
from praline_compute.db import (actions, aggregates, devices as device_rows, flavors, keypairs, quotas, servers,
                                services)
from praline_compute.db import server_groups
from praline_compute.db.columns import now

FORCED_HOST = 'os_compute_api:servers:create:forced_host'
ATTACH_VOLUME = 'os_compute_api:servers:create:attach_volume'
ATTACH_NETWORK = 'os_compute_api:servers:create:attach_network'
TRUSTED_CERTS = 'os_compute_api:servers:create:trusted_certs'
DESTINATION = 'compute:servers:create:requested_destination'
_LETTERS = string.ascii_letters + string.digits


class Request:
    """One create request on its way to rows."""

    def __init__(self, controller, req, body):
        self.runtime, self.req, self.context = controller.runtime, req, req.context
        self.contracts, self.options = self.runtime.contracts, self.runtime.options
        self.asked = body['server']
        self.hints = body.get('os:scheduler_hints') or body.get('OS-SCH-HNT:scheduler_hints') or {}
        self.policy = controller.policy

    def accept(self):
        """(the first server's row, the reservation's id) of what was written."""
        asked = self.asked
        minimum, maximum = self._counts()
        self.found = devices.read(asked, asked.get('imageRef'))
        self._read_image()
        with self.runtime.db.read() as conn:
            self._look_up(conn)
        self._check_devices(maximum)
        networks = self._networks(maximum)
        self._check_groups()
        _check_user_data(asked.get('user_data'))
        with self.runtime.db.write() as conn:
            count = quotas.servers_allowed(conn, self.context, self.options, self.flavor, minimum, maximum)
            self._check_group(conn, count)
            rows = self._rows(count, maximum)
            self._write(conn, rows, networks)
        return rows[0], rows[0]['reservation_id']

    def _counts(self):
        minimum = int(self.asked.get('min_count', 1))
        maximum = int(self.asked.get('max_count', minimum))
        if minimum > maximum:
            raise common_errors.BadRequest('min_count must be <= max_count')
        if maximum > self.options.max_servers_per_request:
            raise common_errors.BadRequest('max_count %d is more than one request may ask for (%d)'
                                           % (maximum, self.options.max_servers_per_request))
        return minimum, maximum

    def _look_up(self, conn):
        asked, context = self.asked, self.context
        try:
            self.flavor = flavors.get(conn, context, asked['flavorRef'])
        except errors.FlavorNotFound as error:
            raise common_errors.BadRequest(error.message) from None
        self.key = None
        if asked.get('key_name'):
            try:
                self.key = keypairs.get(conn, context.user_id, asked['key_name'])
            except errors.KeypairNotFound:
                raise common_errors.BadRequest('Invalid key_name provided.') from None
        limits = quotas.limits(conn, self.options, context.project_id)
        check_metadata(asked.get('metadata') or {}, limits['metadata_items'])
        _check_files(asked.get('personality') or [], limits)
        self.zone, self.host = self._place(conn)
        self.group = self._group(conn)
        self.group_limit = limits

    def _place(self, conn):
        """(zone, host) that were asked for.  BadRequest, Forbidden."""
        asked = self.asked
        zone, _, rest = (asked.get('availability_zone') or '').partition(':')
        host = rest.partition(':')[0] or rest.partition(':')[2]
        if rest:
            self._require(FORCED_HOST)
        named = asked.get('host') or asked.get('hypervisor_hostname')
        if named:
            self._require(DESTINATION)
            if host:
                raise common_errors.BadRequest('A host is named in availability_zone and again in host.')
            if asked.get('hypervisor_hostname', named) != named:
                raise common_errors.BadRequest('No valid host was found. There is no compute node %s on host %s.'
                                               % (asked['hypervisor_hostname'], named))
            host = named
        if host and not services.list(conn, host):
            raise common_errors.BadRequest('No valid host was found. Compute host %s could not be found.' % host)
        if zone and not rest:
            known = aggregates.zones(conn)
            hosts = services.list(conn)
            if zone not in {known.get(row['host'], self.options.default_availability_zone) for row in hosts}:
                raise common_errors.BadRequest('The requested availability zone is not available')
        return zone or None, host or None

    def _require(self, name):
        self.policy.require(self.context, name, {'project_id': self.context.project_id,
                                                 'user_id': self.context.user_id})

    def _group(self, conn):
        wanted = self.hints.get('group')
        if not wanted:
            return None
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        try:
            return server_groups.get(conn, self.context, wanted)
        except common_errors.NotFound:
            raise common_errors.BadRequest('Instance group %s could not be found.' % wanted) from None

    def _check_group(self, conn, count):
        if self.group:
            members = len(servers.hosts_of_group(conn, self.group['id']))
            quotas.check_group_members(self.group_limit, members, count)

    def _check_devices(self, count):
        devices.check_local(self.found, self.flavor)
        root = devices.root(self.found)
        if self.image is None and root is None:
            raise common_errors.BadRequest('Invalid imageRef provided.')
        if any(device['destination_type'] == 'volume' for device in self.found):
            self._require(ATTACH_VOLUME)
        self.volumes = devices.check_volumes(self.contracts, self.context, self.found, count)
        self.from_volume = root is not None and root['destination_type'] == 'volume'
        if root and root['source_type'] == 'image':
            self.image = images.get(self.contracts, self.context, root['source_id'])
        if not self.image:
            self.image = images.of_volume(self.volumes.get(root['volume_id']) or {})
        images.check_fits(self.image, self.flavor, self.from_volume)
        firmware.check(self.image['properties'])

    def _read_image(self):
        """The image, and the block devices that it names itself when it is a picture of a server on volumes."""
        self.image = None
        if self.asked.get('imageRef'):
            self.image = images.get(self.contracts, self.context, self.asked['imageRef'])
            mapped = devices.of_image(self.image)
            if mapped and devices.root(self.found) is None:
                self.found = mapped + self.found

    def _networks(self, count):
        asked = self.asked.get('networks')
        if asked and asked not in ('auto', 'none'):
            self._require(ATTACH_NETWORK)
            asked = [_network(item) for item in asked]
            if count > 1 and any(item['port_id'] or item['fixed_ip'] for item in asked):
                raise common_errors.BadRequest('Unable to launch multiple instances with a single configured port ID '
                                               'or fixed IP. Please launch your instance one by one with different '
                                               'ports.')
        return self.contracts.network.check_networks(self.context, asked or [])

    def _check_groups(self):
        """Each asked security group exists, by name or id; 'default' always does.  BadRequest."""
        names = {group['name'] for group in self.asked.get('security_groups') or []} - {'default'}
        if not names:
            return
        known = groups.ask(self.runtime, self.req, 'GET', '/v2.0/security-groups')['security_groups']
        for name in sorted(names):
            if not any(name in (group['id'], group['name']) for group in known):
                raise common_errors.BadRequest('Security group %s not found for project %s.' % (
                    name, self.context.project_id))

    def _rows(self, count, maximum):
        asked, time = self.asked, now()
        reservation = 'r-' + ''.join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(8))
        common = {
            'project_id': self.context.project_id, 'user_id': self.context.user_id,
            'description': asked.get('description', None if self.req.version >= (2, 19) else asked['name']),
            'reservation_id': reservation, 'vm_state': states.BUILDING, 'task_state': 'scheduling', 'power_state': 0,
            'progress': 0, 'requested_zone': self.zone, 'availability_zone': None, 'requested_host': self.host,
            'hints': self.hints or None, 'server_group_id': self.group and self.group['id'],
            'flavor_id': self.flavor['flavor_id'], 'flavor': self.flavor,
            'image_id': None if self.from_volume else self.image['id'], 'image': self.image,
            'key_name': self.key and self.key['name'],
            'key': self.key and {name: self.key[name] for name in ('name', 'type', 'public_key')},
            'user_data': asked.get('user_data'), 'config_drive': self._config_drive(),
            'auto_disk_config': asked.get('OS-DCF:diskConfig', 'MANUAL') == 'AUTO',
            'access_ip_v4': asked.get('accessIPv4'), 'access_ip_v6': plain_address(asked.get('accessIPv6')),
            'metadata': asked.get('metadata') or {}, 'tags': joined(asked.get('tags') or []),
            'network_info': {'ports': [], 'addresses': {}, 'security_groups': []}, 'addresses': '',
            'trusted_certs': asked.get('trusted_image_certificates'), 'generation': 0, 'deleted': False,
            'created_at': time, 'updated_at': time}
        self.password = asked.get('adminPass') or new_password()
        return [self._row(common, number, maximum) for number in range(count)]

    def _row(self, common, number, maximum):
        server_id, name = str(uuid.uuid4()), self.asked['name']
        hostname = self.asked.get('hostname') or hostname_of(name, server_id)
        if maximum > 1:
            name = '%s-%d' % (name, number + 1)
            hostname = '%s-%d' % (hostname, number + 1)
        return {**common, 'id': server_id, 'name': name, 'hostname': hostname, 'launch_index': number,
                'admin_password': self.password}

    def _config_drive(self):
        wanted = types.truth(self.asked.get('config_drive', False)) or self.options.force_config_drive
        return 'True' if wanted or (self.image or {}).get('properties', {}).get('img_config_drive') == 'mandatory' \
            else ''

    def _write(self, conn, rows, networks):
        servers.create(conn, rows)
        arguments = {'networks': networks,
                     'security_groups': list(dict.fromkeys(
                         group['name'] for group in self.asked.get('security_groups') or []))}
        for row in rows:
            device_rows.create(conn, devices.rows(self.found, row['id']))
            operation_id = self.runtime.operations.start(conn, self.context, 'create_server', row['id'], arguments,
                                                         self.options.build_deadline)
            actions.create(conn, self.context, row['id'], 'create', operation_id)


def joined(tags):
    """The `tags` column of these tags."""
    tags = sorted(set(tags))
    return ',%s,' % ','.join(tags) if tags else ''


def plain_address(text):
    """The shortest way to write an address; None stays."""
    return text and str(ipaddress.ip_address(text))


def new_password():
    return ''.join(secrets.choice(_LETTERS) for _ in range(12))


def hostname_of(name, server_id):
    """A name that a DNS server would take, made from the server's."""
    plain = re.sub(r'[ _.]', '-', name.encode('ascii', 'ignore').decode())
    plain = re.sub(r'[^\w.-]+', '', plain).lower().strip('.-')[:63]
    return plain or 'server-' + server_id


def check_metadata(metadata, limit):
    if 0 <= limit < len(metadata):
        raise errors.QuotaExceeded('Maximum number of metadata items exceeds %d' % limit, resource='metadata_items',
                                   used=0, limit=limit, asked=len(metadata))


def _check_files(files, limits):
    """The injected files of versions below 2.57 keep their limits."""
    for resource, asked in (
            ('injected_files', len(files)),
            ('injected_file_path_bytes', max((len(item.get('path', '')) for item in files), default=0)),
            ('injected_file_content_bytes', max((len(item.get('contents', '')) * 3 // 4 for item in files), default=0))):
        if 0 <= limits[resource] < asked:
            raise errors.QuotaExceeded('Personality file limit exceeded: %s may be %d, asked %d.' % (
                resource, limits[resource], asked), resource=resource, used=0, limit=limits[resource], asked=asked)


def _check_user_data(text):
    if text:
        try:
            base64.b64decode(text, validate=False)
        except (binascii.Error, ValueError):
            raise common_errors.BadRequest('Invalid input for field/attribute user_data. It is not base64.') from None


def _network(item):
    if item.get('port') and item.get('fixed_ip'):
        raise common_errors.BadRequest('Specified Fixed IP \'%s\' cannot be used with port \'%s\': the two cannot be '
                                       'specified together.' % (item['fixed_ip'], item['port']))
    if not item.get('port') and not item.get('uuid'):
        raise common_errors.BadRequest('Bad network format: missing \'uuid\'')
    if item.get('uuid') and not item.get('port'):
        try:
            uuid.UUID(item['uuid'])
        except ValueError:
            raise common_errors.BadRequest('Bad networks format: network uuid is not in proper format (%s)'
                                           % item['uuid']) from None
    return {'network_id': item.get('uuid'), 'port_id': item.get('port'), 'fixed_ip': item.get('fixed_ip'),
            'tag': item.get('tag')}
