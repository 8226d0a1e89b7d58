# SPDX-License-Identifier: Apache-2.0
"""How much a project may have, and whether it may have more."""
from praline_volume import errors
from praline_volume.db import groups
from praline_volume.db import quotas

RESOURCES = ('volumes', 'per_volume_gigabytes', 'snapshots', 'gigabytes', 'backups', 'backup_gigabytes', 'groups')
BY_TYPE = ('volumes', 'gigabytes', 'snapshots')
# Nothing here makes backups, so nothing limits them but what an operator writes.
FIXED = {'backups': 10, 'backup_gigabytes': 1000}


def defaults(conn, conf):
    """`{resource: limit}` of the default class, with each volume type's own."""
    found = {name: FIXED.get(name, getattr(conf.volume, f'quota_{name}', -1)) for name in RESOURCES}
    for type_name in quotas.type_names(conn):
        found.update({f'{resource}_{type_name}': -1 for resource in BY_TYPE})
    return found | {name: limit for name, limit in quotas.class_limits(conn).items() if name in found}


def limits(conn, conf, project_id):
    """The same as in force for the project."""
    found = defaults(conn, conf)
    return found | {name: limit for name, limit in quotas.limits(conn, project_id).items() if name in found}


def require(conn, conf, project_id, type_name=None, volumes=0, gigabytes=0, snapshots=0, volume_size=None):
    """VolumeOverQuota unless the project may have so much more; holds its quota until the transaction ends."""
    quotas.hold(conn, project_id)
    allowed, used = limits(conn, conf, project_id), quotas.usage(conn, project_id)
    if volume_size is not None and 0 <= allowed['per_volume_gigabytes'] < volume_size:
        raise errors.VolumeOverQuota(
            f'A volume of {volume_size} GiB exceeds the limit of {allowed["per_volume_gigabytes"]} GiB for one volume.',
            resource='per_volume_gigabytes', used=0, limit=allowed['per_volume_gigabytes'], asked=volume_size)
    for resource, asked in (('volumes', volumes), ('gigabytes', gigabytes), ('snapshots', snapshots)):
        for name in (resource, f'{resource}_{type_name}'):
            _require(name, asked, used.get(name, 0), allowed.get(name, -1))


def require_of_type(conn, conf, project_id, type_name, **asked):
    """VolumeOverQuota unless so much more may be of this type: what is retyped counts already, but not there."""
    quotas.hold(conn, project_id)
    allowed, used = limits(conn, conf, project_id), quotas.usage(conn, project_id)
    for resource, amount in asked.items():
        name = f'{resource}_{type_name}'
        _require(name, amount, used.get(name, 0), allowed.get(name, -1))


def require_groups(conn, conf, project_id):
    """VolumeOverQuota unless the project may have one more group."""
    quotas.hold(conn, project_id)
    _require('groups', 1, groups.count(conn, project_id), limits(conn, conf, project_id)['groups'])


def _require(name, asked, used, limit):
    if asked > 0 and 0 <= limit < used + asked:
        raise errors.VolumeOverQuota(
            f'The quota for {name} is exceeded: asked {asked}, used {used} of {limit}.',
            resource=name, used=used, limit=limit, asked=asked)
