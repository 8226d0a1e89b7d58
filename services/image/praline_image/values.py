# SPDX-License-Identifier: Apache-2.0
"""The columns of an image that nothing is known of yet."""
import uuid


def new(project_id, image_id=None):
    """A queued image of this project; the id is made up when none is given."""
    return {'id': image_id or str(uuid.uuid4()), 'name': None, 'owner': project_id, 'status': 'queued',
            'visibility': 'shared', 'protected': False, 'os_hidden': False, 'container_format': None,
            'disk_format': None, 'min_disk': 0, 'min_ram': 0, 'properties': {}, 'tags': []}
