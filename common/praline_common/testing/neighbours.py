# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for the services that compute asks: small, in memory, and able to refuse on order."""
import base64
import uuid

from praline_common import errors, rpc

NETWORK = '11111111-1111-4111-8111-111111111111'
IMAGE = '22222222-2222-4222-8222-222222222222'


class Neighbour:
    """`refuse[method]`: the errors that the next calls of this method raise, first one first."""

    def __init__(self):
        self.refuse, self.calls = {}, []

    def meet(self, method, **arguments):
        self.calls.append((method, arguments))
        if self.refuse.get(method):
            raise self.refuse[method].pop(0)

    def called(self, method):
        return [arguments for name, arguments in self.calls if name == method]


class FakeNetwork(Neighbour):
    """One network, 'private', 10.0.0.0/24; every port gets the next address."""

    def __init__(self):
        super().__init__()
        self.held, self.next, self.secured = {}, 10, True

    @rpc.method
    def check_networks(self, ctx, requested):
        self.meet('check_networks', requested=requested)
        if requested == 'none':
            return {'requests': [], 'allocate': False}
        if requested in ('auto', []):
            requested = [{'network_id': NETWORK, 'port_id': None, 'fixed_ip': None, 'tag': None}]
        return {'requests': requested, 'allocate': False}

    @rpc.method
    def allocate_ports(self, ctx, server_id, host, requests, security_groups, hostname, project_id,
                       availability_zone=None):
        self.meet('allocate_ports', server_id=server_id, requests=requests)
        ports = self.held.setdefault(server_id, {})
        return [self._port(ports, request, server_id, host) for request in requests]

    def _port(self, ports, request, server_id, host):
        if request['key'] not in ports:
            self.next += 1
            address = request.get('fixed_ip') or '10.0.0.%d' % self.next
            ports[request['key']] = {
                'id': request.get('port_id') or str(uuid.uuid4()), 'name': '', 'network_id': NETWORK, 'status': 'ACTIVE',
                'mac_address': 'fa:16:3e:00:00:%02x' % (self.next % 256), 'device_id': server_id,
                'fixed_ips': [{'subnet_id': 's1', 'ip_address': address}], 'binding:host_id': host,
                'port_security_enabled': self.secured,
                'network': {'id': NETWORK, 'name': 'private', 'mtu': 1450, 'subnets': [
                    {'id': 's1', 'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.0.1', 'enable_dhcp': True,
                     'dns_nameservers': ['10.0.0.2'], 'host_routes': []}]}, 'floating_ips': {}}
        return ports[request['key']]

    @rpc.method
    def release_ports(self, ctx, server_id, port_ids=None):
        self.meet('release_ports', server_id=server_id, port_ids=port_ids)
        if port_ids is None:
            self.held.pop(server_id, None)
        else:
            held = self.held.get(server_id, {})
            for key in [key for key, port in held.items() if port['id'] in port_ids]:
                del held[key]

    @rpc.method
    def plug_port(self, ctx, host, port_id):
        self.meet('plug', host=host, port_id=port_id)
        return {'bridge': 'br-x', 'tap': 'tap' + port_id[:8], 'mtu': 1450}

    @rpc.method
    def port_up(self, ctx, port_ids, up=True):
        self.meet('port_up', port_ids=port_ids, up=up)

    @rpc.method
    def list_server_ports(self, ctx, server_ids):
        return {server_id: list(self.held.get(server_id, {}).values()) for server_id in server_ids}

    @rpc.method
    def server_security_groups(self, ctx, server_id):
        return [{'id': 'g1', 'name': 'default'}] if self.secured else []

    @rpc.method
    def proxy_api(self, ctx, verb, path, body=None, query=None):
        """The security groups 'default' and 'web'; a server's ports."""
        if path == '/v2.0/security-groups':
            return [200, {'security_groups': [{'id': 'g1', 'name': 'default'}, {'id': 'g2', 'name': 'web'}]}]
        held = self.held.get((query or {}).get('device_id'), {})
        return [200, {'ports': [{'id': port['id'], 'security_groups': ['g1']} for port in held.values()]}]

    @rpc.method
    def bind_ports(self, ctx, server_id, host):
        self.meet('bind_ports', server_id=server_id, host=host)


class FakeImage(Neighbour):
    """One active image, IMAGE, and what servers are snapshotted into."""

    def __init__(self):
        super().__init__()
        self.images = {IMAGE: {
            'id': IMAGE, 'name': 'small', 'status': 'active', 'size': 1000, 'virtual_size': 1000, 'min_disk': 0,
            'min_ram': 0, 'checksum': 'c', 'os_hash_value': 'h', 'disk_format': 'qcow2', 'container_format': 'bare',
            'owner': 'p1', 'visibility': 'public', 'properties': {}, 'location': None}}

    @rpc.method
    def get_image(self, ctx, image_id):
        if image_id not in self.images:
            raise errors.NotFound('no image %s' % image_id)
        return self.images[image_id]

    @rpc.method
    def create_image(self, ctx, name, properties, fields):
        self.meet('create', name=name, properties=properties)
        image_id = fields.get('id') or str(uuid.uuid4())
        self.images[image_id] = {**self.images[IMAGE], 'id': image_id, 'name': name, 'status': 'queued',
                                 'properties': properties}
        return self.images[image_id]

    @rpc.method
    def begin_upload(self, ctx, image_id):
        return {'path': None}

    @rpc.method
    def write_image(self, ctx, image_id, offset, data):
        self.meet('write', image_id=image_id, offset=offset)

    @rpc.method
    def finish_upload(self, ctx, image_id, disk_format, container_format):
        self.images[image_id].update(status='active', disk_format=disk_format)

    @rpc.method
    def proxy_api(self, ctx, verb, path, body=None, query=None, content_type=None):
        """DELETE of an image, and lists of none."""
        if verb == 'DELETE':
            self.images.pop(path.rpartition('/')[2], None)
            return [204, None]
        return [200, {'images': []}]

    @rpc.method
    def fail_upload(self, ctx, image_id, cause):
        self.images.pop(image_id, None)

    @rpc.method
    def read_image(self, ctx, image_id, offset, length):
        return {'data': base64.b64encode(b'x' * 1000).decode(), 'size': 1000}


class FakeVolume(Neighbour):
    """Volumes in a dict: {'id', 'status', 'size', 'bootable', ...}; `add()` makes one.  named: {volume id: device}."""

    def __init__(self):
        super().__init__()
        self.volumes, self.held, self.named = {}, {}, {}

    def add(self, **values):
        volume = {'id': str(uuid.uuid4()), 'name': '', 'status': 'available', 'size': 1, 'bootable': True,
                  'multiattach': False, 'attach_status': 'detached', 'availability_zone': 'nova', 'project_id': 'p1',
                  'volume_type': None, 'image_metadata': {}, 'encrypted': False, **values}
        self.volumes[volume['id']] = volume
        return volume

    @rpc.method
    def get_volume(self, ctx, volume_id):
        if volume_id not in self.volumes:
            raise errors.NotFound('no volume %s' % volume_id)
        return self.volumes[volume_id]

    @rpc.method
    def create_volume(self, ctx, volume_id, size, name='', **_source):
        self.meet('create', volume_id=volume_id, size=size)
        if volume_id not in self.volumes:
            self.add(id=volume_id, size=size, name=name)

    @rpc.method
    def delete_volume(self, ctx, volume_id):
        self.meet('delete', volume_id=volume_id)
        self.volumes.pop(volume_id, None)

    @rpc.method
    def reserve_attachment(self, ctx, attachment_id, volume_id, server_id):
        self.meet('reserve', attachment_id=attachment_id, volume_id=volume_id)
        volume = self.get_volume(ctx, volume_id)
        if attachment_id not in self.held and volume['status'] != 'available':
            raise errors.BadRequest('volume %s is %s' % (volume_id, volume['status']))
        self.held.setdefault(attachment_id, volume_id)
        if volume['status'] == 'available':
            volume['status'] = 'reserved'

    @rpc.method
    def connect_attachment(self, ctx, attachment_id, connector, mountpoint=None):
        self.meet('connect', attachment_id=attachment_id, host=connector['host'])
        return {'driver_volume_type': 'local', 'data': {'device_path': '/dev/null'}}

    @rpc.method
    def complete_attachment(self, ctx, attachment_id, mountpoint=None):
        self.named[self.held[attachment_id]] = mountpoint
        self.volumes[self.held[attachment_id]]['status'] = 'in-use'

    @rpc.method
    def begin_detaching(self, ctx, volume_id):
        if self.volumes[volume_id]['status'] != 'in-use':
            raise errors.BadRequest('volume %s is not in use' % volume_id)
        self.volumes[volume_id]['status'] = 'detaching'

    @rpc.method
    def roll_detaching(self, ctx, volume_id):
        self.volumes[volume_id]['status'] = 'in-use'

    @rpc.method
    def delete_attachment(self, ctx, attachment_id):
        volume = self.volumes.get(self.held.pop(attachment_id, None))
        if volume:
            volume['status'] = 'available'

    @rpc.method
    def create_snapshot(self, ctx, snapshot_id, volume_id, name):
        self.meet('create_snapshot', snapshot_id=snapshot_id, volume_id=volume_id)

    @rpc.method
    def list_attachments(self, ctx, server_id=None):
        return [{'id': attachment_id, 'volume_id': volume_id, 'server_id': None, 'host': None,
                 'connection_info': {}, 'status': 'attached'} for attachment_id, volume_id in self.held.items()]
