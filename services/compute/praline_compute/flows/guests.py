# SPDX-License-Identifier: Apache-2.0
"""A server's row as the guest that a host builds, and as the resources that it holds there."""
from praline_common.objects.guest import Guest, GuestDisk
from praline_compute import firmware
from praline_compute.flows import nics


def guest(server, disks, image=None, flavor=None, domain=''):
    """The Guest (wire object) of this row with these disks; image and flavor replace the row's own.

    domain: what follows the host name in what the guest reads about itself.
    """
    flavor = flavor or server['flavor']
    image = server['image'] if image is None else image
    properties = (image or {}).get('properties') or {}
    return Guest(
        uuid=server['id'], display_name=server['name'], hostname=_full_name(server, domain), project_id=server['project_id'],
        user_id=server['user_id'] or '', availability_zone=server['availability_zone'],
        flavor_name=flavor['name'], image_id=server['image_id'], launch_index=server['launch_index'],
        vcpus=flavor['vcpus'], memory_mb=flavor['ram'], root_gb=flavor['disk'], ephemeral_gb=flavor['ephemeral'],
        swap_mb=flavor['swap'], image_properties=properties, metadata=server['metadata'],
        keys=[keys_entry(server['key'])] if server['key'] else [], user_data=server['user_data'], vendor_data=None,
        admin_password=server['admin_password'], config_drive=server['config_drive'] == 'True',
        console_type='vnc', disks=disks,
        nics=[nics.nic(kept, properties.get('hw_vif_model')) for kept in server['network_info']['ports']])


def _full_name(server, domain):
    return '%s.%s' % (server['hostname'], domain) if domain and server['hostname'] else server['hostname']


def keys_entry(key):
    return {'name': key['name'], 'type': key['type'], 'data': key['public_key']}


def root_from_image(image):
    return GuestDisk(source='image', device_type='disk', boot_index=0, image_id=image['id'], bus=None,
                     checksum=image.get('os_hash_value') or image.get('checksum'), disk_format=image['disk_format'],
                     device_name=None, size_gb=None, tag=None, volume_id=None, connection_info=None, serial=None)


def disk(device, connection_info=None):
    """The disk of a block_devices row: a connected volume, or an empty local one."""
    return GuestDisk(
        source='volume' if device['destination_type'] == 'volume' else 'blank', device_name=device['device_name'],
        bus=device['disk_bus'], device_type=device['device_type'] if device['device_type'] in (
            'disk', 'cdrom', 'lun', 'floppy') else 'disk',
        boot_index=device['boot_index'], size_gb=device['volume_size'], tag=device['tag'], image_id=None,
        checksum=None, disk_format=None, volume_id=device['volume_id'], connection_info=connection_info,
        serial=device['volume_id'])


def boots_from_volume(devices):
    return any(device['boot_index'] == 0 and device['destination_type'] == 'volume' for device in devices)


def resources(flavor, from_volume):
    """{resource class: amount} that a server of this flavor holds on its host."""
    root = 0 if from_volume else flavor['disk']
    return {'VCPU': flavor['vcpus'], 'MEMORY_MB': flavor['ram'],
            'DISK_GB': root + flavor['ephemeral'] + -(-flavor['swap'] // 1024)}


def traits(server, flavor=None):
    """(required, forbidden) trait names that flavor and image ask for."""
    asked = dict((flavor or server['flavor'])['extra_specs'] or {})
    asked.update((server['image'] or {}).get('properties') or {})
    found = {'required': firmware.traits(asked), 'forbidden': []}
    for key, value in asked.items():
        if key.startswith('trait:') and value in found:
            found[value].append(key.partition(':')[2])
    return found['required'], found['forbidden']


def aggregate_metadata(flavor):
    """What the flavor asks of the host's aggregates."""
    prefix = 'aggregate_instance_extra_specs:'
    return {key.removeprefix(prefix): value for key, value in (flavor['extra_specs'] or {}).items()
            if key.startswith(prefix)}
