# SPDX-License-Identifier: Apache-2.0
"""What the compute service and its agents say to each other about guests and hosts."""
from praline_common.objects.base import WireObject, fields, register

# Power states, with the numbers that the compute API shows.
NOSTATE = 0
RUNNING = 1
PAUSED = 3
SHUTDOWN = 4
CRASHED = 6
SUSPENDED = 7


class Document(fields.FieldType):
    """Any JSON value: None, bool, number, string, list or dict of such."""

    @staticmethod
    def coerce(obj, attr, value):
        return value


class Secret(Document):
    """A document that is never shown, in logs and errors least of all."""

    @staticmethod
    def stringify(value):
        return '***'


class DocumentField(fields.AutoTypedField):
    AUTO_TYPE = Document()


class SecretField(fields.AutoTypedField):
    AUTO_TYPE = Secret()


@register
class GuestDisk(WireObject):
    """One disk of a guest.

    source 'image': the root, an overlay on the image; image_id, checksum and disk_format name the image.
    source 'blank': an empty local disk of size_gb.
    source 'volume': volume_id and connection_info {"driver_volume_type": "iscsi" | "local", "data": {...}},
    the dict that the volume service's driver gave; "local" data holds device_path.

    device_name ('/dev/vdb' or 'vdb') and bus ('virtio', 'scsi', 'sata', 'ide', 'usb') may be unset: the driver
    picks.  boot_index 0 is the disk to boot from, None or less than 0 never boots.
    """

    fields = {
        'source': fields.EnumField(valid_values=('image', 'blank', 'volume')),
        'device_name': fields.StringField(nullable=True),
        'bus': fields.StringField(nullable=True),
        'device_type': fields.EnumField(valid_values=('disk', 'cdrom', 'lun', 'floppy')),
        'boot_index': fields.IntegerField(nullable=True),
        'size_gb': fields.IntegerField(nullable=True),
        'tag': fields.StringField(nullable=True),
        'image_id': fields.StringField(nullable=True),
        'checksum': fields.StringField(nullable=True),
        'disk_format': fields.StringField(nullable=True),
        'volume_id': fields.StringField(nullable=True),
        'connection_info': SecretField(nullable=True),
        'serial': fields.StringField(nullable=True),
    }


@register
class GuestNic(WireObject):
    """One card of a guest; the network agent has made the bridge, the driver makes the tap and plugs it there.

    addresses: [{'address': '10.0.0.5', 'prefix': 24, 'version': 4, 'gateway': '10.0.0.1' or None, 'dhcp': bool,
    'mode': 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless' | None}]
    dns: ['10.0.0.2']; routes: [{'destination': '10.9.0.0/16', 'nexthop': '10.0.0.9'}]
    """

    fields = {
        'port_id': fields.StringField(),
        'mac': fields.StringField(),
        'tap': fields.StringField(),
        'bridge': fields.StringField(),
        'mtu': fields.IntegerField(nullable=True),
        'model': fields.StringField(nullable=True),
        'network_id': fields.StringField(nullable=True),
        'network_label': fields.StringField(nullable=True),
        'addresses': DocumentField(),
        'dns': fields.ListOfStringsField(),
        'routes': DocumentField(),
        'tag': fields.StringField(nullable=True),
    }


@register
class Guest(WireObject):
    """A guest as it should be: all that a host needs to build it, from nothing.

    `disks` holds the root (boot_index 0), volumes and extra blank disks.  The driver itself adds an ephemeral
    disk of ephemeral_gb, a swap disk of swap_mb and the config drive.  root_gb is the size of a root made from an
    image; 0 keeps the image's own size.
    user_data is base64, as the API takes it.  keys: [{'name', 'type': 'ssh' | 'x509', 'data'}].
    metadata are the server's own key/value pairs; vendor_data any JSON document.
    console_type: 'vnc' or 'none'.
    """

    fields = {
        'uuid': fields.UUIDField(),
        'display_name': fields.StringField(),
        'hostname': fields.StringField(),
        'project_id': fields.StringField(),
        'user_id': fields.StringField(),
        'availability_zone': fields.StringField(nullable=True),
        'flavor_name': fields.StringField(nullable=True),
        'image_id': fields.StringField(nullable=True),
        'launch_index': fields.IntegerField(),
        'vcpus': fields.IntegerField(),
        'memory_mb': fields.IntegerField(),
        'root_gb': fields.IntegerField(),
        'ephemeral_gb': fields.IntegerField(),
        'swap_mb': fields.IntegerField(),
        'image_properties': DocumentField(),
        'metadata': fields.DictOfStringsField(),
        'keys': DocumentField(),
        'user_data': SecretField(nullable=True),
        'vendor_data': DocumentField(nullable=True),
        'admin_password': SecretField(nullable=True),
        'config_drive': fields.BooleanField(),
        'console_type': fields.StringField(),
        'disks': fields.ListOfObjectsField('GuestDisk'),
        'nics': fields.ListOfObjectsField('GuestNic'),
    }


@register
class GuestState(WireObject):
    """How a guest is: one of the power states above, and why, where the hypervisor knows."""

    fields = {
        'power_state': fields.IntegerField(),
        'cause': fields.StringField(nullable=True),
    }


@register
class HostReport(WireObject):
    """What a host has and how much of it the guests of this cloud hold; memory in MiB, disk in GiB.

    cpu_info: {'arch', 'model', 'vendor', 'topology': {'sockets', 'cores', 'threads'}, 'features': [...]}
    traits: names of the standard traits that the host has.
    """

    fields = {
        'hostname': fields.StringField(),
        'uuid': fields.StringField(),
        'host_ip': fields.StringField(nullable=True),
        'vcpus': fields.IntegerField(),
        'memory_mb': fields.IntegerField(),
        'disk_gb': fields.IntegerField(),
        'vcpus_used': fields.IntegerField(),
        'memory_mb_used': fields.IntegerField(),
        'disk_gb_used': fields.IntegerField(),
        'disk_gb_free': fields.IntegerField(),
        'running_guests': fields.IntegerField(),
        'hypervisor_type': fields.StringField(),
        'hypervisor_version': fields.IntegerField(),
        'cpu_info': DocumentField(),
        'traits': fields.ListOfStringsField(),
    }
