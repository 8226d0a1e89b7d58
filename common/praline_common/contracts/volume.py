# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of volume.

A volume travels as a dict: id, name, status, size (GiB), bootable, multiattach, attach_status,
availability_zone, project_id, volume_type, image_metadata, encrypted.

image_metadata: {name: str} of the image that the volume holds, as users see and set it.  All of an image's properties
(`hw_firmware_type`, `os_type`, ...) stand in it under their own names, unchanged, beside image_id, image_name, checksum,
container_format, disk_format, min_disk (GiB), min_ram (MiB) and size (bytes): whoever boots from the volume asks of it
what they ask of an image.
"""
from praline_common.contracts import projects


class Volume(projects.ProjectHolder):

    def __init__(self, transport):
        super().__init__(transport, 'volume')

    def get(self, ctx, volume_id):
        """The volume, if this context may see it.  NotFound."""
        return self.call(ctx, 'get_volume', volume_id=volume_id)

    def create(self, ctx, volume_id, size, name='', image_id=None, snapshot_id=None, source_volume_id=None,
               volume_type=None, availability_zone=None):
        """Start making a volume under this id (boot from volume); asked twice it is the same volume.

        Poll get() until its status is 'available' or 'error'.  OverQuota, BadRequest.
        """
        return self.call(ctx, 'create_volume', volume_id=volume_id, size=size, name=name, image_id=image_id,
                         snapshot_id=snapshot_id, source_volume_id=source_volume_id, volume_type=volume_type,
                         availability_zone=availability_zone)

    def delete(self, ctx, volume_id):
        """Start deleting; nothing when it is gone."""
        return self.call(ctx, 'delete_volume', volume_id=volume_id)

    def create_snapshot(self, ctx, snapshot_id, volume_id, name):
        """A snapshot of a volume that may be in use; asked twice it is the same one."""
        return self.call(ctx, 'create_snapshot', snapshot_id=snapshot_id, volume_id=volume_id, name=name)

    def reserve(self, ctx, attachment_id, volume_id, server_id):
        """Create the attachment under this id: the volume becomes 'reserved' (or stays in-use, multiattach).

        Asked twice it is the same attachment.  BadRequest when the volume is not available.
        """
        return self.call(ctx, 'reserve_attachment', attachment_id=attachment_id, volume_id=volume_id,
                         server_id=server_id)

    def connect(self, ctx, attachment_id, connector, mountpoint=None):
        """Export the volume to this host; {'driver_volume_type', 'data': {...}} for os-brick or QEMU."""
        return self.call(ctx, 'connect_attachment', attachment_id=attachment_id, connector=connector,
                         mountpoint=mountpoint)

    def complete(self, ctx, attachment_id, mountpoint=None):
        """The guest has it: the volume is 'in-use'.  mountpoint: the device's name in the guest, if it is known now."""
        return self.call(ctx, 'complete_attachment', attachment_id=attachment_id, mountpoint=mountpoint)

    def begin_detaching(self, ctx, volume_id):
        return self.call(ctx, 'begin_detaching', volume_id=volume_id)

    def roll_detaching(self, ctx, volume_id):
        return self.call(ctx, 'roll_detaching', volume_id=volume_id)

    def detach(self, ctx, attachment_id):
        """Unexport and delete the attachment; 'available' when it was the last.  Nothing when it is gone."""
        return self.call(ctx, 'delete_attachment', attachment_id=attachment_id)

    def attachments(self, ctx, server_id=None):
        """[{'id', 'volume_id', 'server_id', 'host', 'connection_info', 'status'}] of a server, or all (audit)."""
        return self.call(ctx, 'list_attachments', server_id=server_id)

    def default_zone(self, ctx):
        return self.call(ctx, 'default_zone')

    def project_usage(self, ctx, project_id):
        return self.call(ctx, 'project_usage', project_id=project_id)

    def api(self, ctx, method, path, body=None, query=None, content_type='application/json'):
        """Volume's own API for compute's proxies of old microversions: [status, body]."""
        return self.call(ctx, 'proxy_api', verb=method, path=path, body=body, query=query, content_type=content_type)
