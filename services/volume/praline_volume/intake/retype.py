# SPDX-License-Identifier: Apache-2.0
"""Changes the type of a volume, where its present back end has what the new type asks for."""
from praline_common import errors as common
from praline_volume import errors
from praline_volume import placement
from praline_volume import states
from praline_volume.db import backends
from praline_volume.db import volumes
from praline_volume.intake import quota


def retype(runtime, conn, context, volume, new_type):
    """The volume has the new type.  InvalidVolume, or BadRequest with what the back end lacks."""
    if volume['status'] not in states.RETYPABLE:
        raise errors.InvalidVolume(f'volume {volume["id"]} is {volume["status"]}; to be retyped it must be '
                                   f'{" or ".join(states.RETYPABLE)}')
    if volume['group_id']:
        raise errors.InvalidVolume(f'volume {volume["id"]} belongs to group {volume["group_id"]}; its type stays')
    if volume['volume_type_id'] == new_type['id']:
        raise common.BadRequest(f'Invalid input received: volume {volume["id"]} is of type {new_type["name"]} already')
    multiattach = str(new_type['extra_specs'].get('multiattach', '')).replace('<is>', '').strip().lower() == 'true'
    if volume['status'] == 'in-use' and multiattach != volume['multiattach']:
        raise common.BadRequest('Invalid input received: multiattach changes only while the volume is available')
    for backend in backends.list(conn, runtime.options):
        if backend['host'] == volume['host']:
            objection = placement.objection(backend, 0, new_type['extra_specs'], None)
            if objection:
                raise common.BadRequest(f'Invalid input received: the volume would have to move, which it does not '
                                        f'here: {objection}')
    quota.require_of_type(conn, runtime.conf, volume['project_id'], new_type['name'],
                          volumes=1, gigabytes=volume['size'])
    volumes.save(conn, volume['id'], volume_type_id=new_type['id'], multiattach=multiattach)
