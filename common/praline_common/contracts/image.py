# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of image.

An image travels as a dict: id, name, status, size (bytes), virtual_size, min_disk (GiB), min_ram (MiB),
checksum, os_hash_algo, os_hash_value, disk_format, container_format, owner, visibility, properties
(dict), location (path of the data where the store is a directory that the host shares, else None).
"""
from praline_common.contracts import projects


class Image(projects.ProjectHolder):

    def __init__(self, transport):
        super().__init__(transport, 'image')

    def get(self, ctx, image_id):
        """The image, if this context may see it.  NotFound."""
        return self.call(ctx, 'get_image', image_id=image_id)

    def create(self, ctx, name, properties, **fields):
        """A queued image owned by the context's project; the image."""
        return self.call(ctx, 'create_image', name=name, properties=properties, fields=fields)

    def read(self, ctx, image_id, offset, length):
        """{'data': base64 text, 'size': total bytes}: a piece of the data, for hosts without the store."""
        return self.call(ctx, 'read_image', image_id=image_id, offset=offset, length=length)

    def begin_upload(self, ctx, image_id):
        """{'path': where to put the data, on a shared store} or {'path': None}: use write."""
        return self.call(ctx, 'begin_upload', image_id=image_id)

    def write(self, ctx, image_id, offset, data):
        """Put a piece (base64 text) at offset; pieces may be sent twice."""
        return self.call(ctx, 'write_image', image_id=image_id, offset=offset, data=data)

    def finish_upload(self, ctx, image_id, disk_format, container_format='bare'):
        """Inspect, hash and activate what was put there."""
        return self.call(ctx, 'finish_upload', image_id=image_id, disk_format=disk_format,
                         container_format=container_format, timeout=600)

    def fail_upload(self, ctx, image_id, cause):
        """The data will not come: the image goes, unless it is active already."""
        return self.call(ctx, 'fail_upload', image_id=image_id, cause=cause)

    def project_usage(self, ctx, project_id):
        return self.call(ctx, 'project_usage', project_id=project_id)

    def api(self, ctx, method, path, body=None, query=None, content_type='application/json'):
        """Image's own API for compute's proxies of old microversions: [status, body]."""
        return self.call(ctx, 'proxy_api', verb=method, path=path, body=body, query=query, content_type=content_type)
