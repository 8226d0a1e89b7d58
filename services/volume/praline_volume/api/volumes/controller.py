# SPDX-License-Identifier: Apache-2.0
"""`/v3/volumes`: create, list, show, update, delete, summary."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.policy import MEMBER, READER
from praline_volume.api import backups
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import images
from praline_volume.api import listing
from praline_volume.api.volumes import schemas
from praline_volume.api.volumes import views
from praline_volume.db import filters
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import groups
from praline_volume.intake import standing
from praline_volume.intake import volumes as intake

FILTERS = {'name': 'name', 'display_name': 'name', 'status': 'status', 'metadata': 'metadata', 'bootable': 'bootable',
           'migration_status': 'migration_status', 'availability_zone': 'availability_zone', 'size': 'size',
           'group_id': 'group_id', 'created_at': 'created_at', 'updated_at': 'updated_at',
           'consumes_quota': 'consumes_quota', 'glance_metadata': 'image_metadata'}
ADMIN_FILTERS = {'host': 'host', 'id': 'id', 'project_id': 'project_id', 'tenant_id': 'project_id',
                 'user_id': 'user_id', 'volume_type_id': 'volume_type_id', 'snapshot_id': 'snapshot_id',
                 'source_volid': 'source_volid', 'multiattach': 'multiattach', 'attach_status': 'attach_status'}
FILTERS_SINCE = {'glance_metadata': history.GLANCE_METADATA_FILTER, 'group_id': history.GROUP_FILTER,
                 'created_at': history.TIME_FILTERS, 'updated_at': history.TIME_FILTERS,
                 'consumes_quota': history.CONSUMES_QUOTA}


class Volumes(rest.Controller):

    views = {'detail': 'detail', 'summary': 'summary'}

    @rest.operation('volume:create', policy=MEMBER, body=schemas.CREATE, status=202)
    def post(self, req, body):
        wanted = body['volume']
        if forms.is_true(wanted.get('multiattach')):
            raise errors.BadRequest('The parameter multiattach is gone: use a volume type with the extra spec '
                                    'multiattach set to "<is> True".')
        if wanted.get('consistencygroup_id'):
            raise errors.NotFound(f'Group {wanted["consistencygroup_id"]} could not be found.')
        if wanted.get('backup_id'):
            backups.get(None, req.context, wanted['backup_id'])
        image = images.find(self.runtime, req, wanted.get('imageRef') or wanted.get('image_id'))
        with self.db.write() as conn:
            plain = _plain(conn, req, wanted)
            if req.version >= history.GROUP_ID and wanted.get('group_id'):
                groups.check_new_volume(conn, req.context, wanted['group_id'], plain['volume_type'])
                plain['group_id'] = wanted['group_id']
            if req.version >= history.IMAGE_OF_SNAPSHOT and images.snapshot_of(image):
                plain['snapshot'], image = snapshots.get(conn, req.context, images.snapshot_of(image)), None
            plain.update(_neighbours(conn, req, body.get('OS-SCH-HNT:scheduler_hints') or {}))
            volume = intake.create(self.runtime, conn, req.context, {
                **plain, 'id': str(uuid.uuid4()), 'image': image})
        return {'volume': views.created(req, volume)}

    @rest.operation('volume:get_all', policy=READER)
    def get_all(self, req):
        return self._list(req, views.brief, 'volumes')

    @rest.operation('volume:get_all', policy=READER)
    def detail_get(self, req):
        return self._list(req, views.detail, 'volumes/detail')

    @rest.operation('volume:get_all', policy=READER, since='3.12')
    def summary_get(self, req):
        everyone = listing.everyone(req)
        with self.db.read() as conn:
            number, size = volumes.count(conn, req.context, {}, everyone)
            body = {'total_count': number, 'total_size': size}
            if req.version >= history.SUMMARY_METADATA:
                body['metadata'] = _distinct(volumes.metadata(conn, req.context, everyone))
        return {'volume-summary': body}

    @rest.operation('volume:get', policy=READER, item=volumes.get)
    def get_one(self, req, volume):
        return {'volume': views.detail(req, volume)}

    @rest.operation('volume:update', policy=MEMBER, body=schemas.UPDATE, item=volumes.get)
    def put(self, req, volume, body):
        standing.require_changeable(volume)
        wanted = _named(body['volume'])
        changes = {name: wanted[name] for name in ('name', 'description', 'metadata') if name in wanted}
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], **changes)
            return {'volume': views.created(req, volumes.get(conn, req.context, volume['id']))}

    @rest.operation('volume:delete', policy=MEMBER, item=volumes.get, status=202)
    def delete(self, req, volume):
        cascade = filters.truth('cascade', req.GET.get('cascade', 'false'))
        force = req.version >= history.DELETE_FORCE and filters.truth('force', req.GET.get('force', 'false'))
        if force:
            self.policy.require(req.context, 'volume_extension:volume_admin_actions:force_delete', volume)
        with self.db.write() as conn:
            intake.delete(self.runtime, conn, req.context, volume, cascade, force)

    def _list(self, req, view, path):
        wanted, offset = listing.page(req, self.conf, (*volumes.SORT_KEYS, 'display_name'),
                                      aliases={'display_name': 'name'})
        columns = FILTERS | ADMIN_FILTERS if req.context.is_admin else FILTERS
        conditions = listing.conditions(req, volumes.TABLE, columns, FILTERS_SINCE)
        everyone, count = listing.everyone(req), None
        with self.db.read() as conn:
            if wanted.marker:
                volumes.get(conn, req.context, wanted.marker)
            rows = volumes.list(conn, req.context, wanted, everyone, conditions)[offset:]
            if listing.asked_for_count(req):
                count = volumes.count(conn, req.context, {}, everyone, conditions)[0]
        return listing.answer(req, 'volumes', [view(req, row) for row in rows], wanted, offset, count, path)


def _named(body):
    """The older names of name and description."""
    found = dict(body)
    for name in ('name', 'description'):
        older = found.pop(f'display_{name}', None)
        if older is not None:
            found.setdefault(name, older)
        if isinstance(found.get(name), str):
            found[name] = found[name].strip()
    return found


def _plain(conn, req, wanted):
    """What the body says, with the rows it names in place of their ids.  NotFound."""
    found = _named(wanted)
    size, volume_type = found.get('size'), found.get('volume_type')
    return {
        'name': found.get('name'), 'description': found.get('description'), 'metadata': found.get('metadata'),
        'availability_zone': found.get('availability_zone'), 'size': int(size) if size is not None else None,
        'volume_type': types.named(conn, req.context, volume_type) if volume_type else None,
        'snapshot': snapshots.get(conn, req.context, found['snapshot_id']) if found.get('snapshot_id') else None,
        'source': volumes.get(conn, req.context, found['source_volid']) if found.get('source_volid') else None}


def _neighbours(conn, req, hints):
    """`{'same_host': [volume ids], 'different_host': [volume ids]}` of those named; NotFound for one not to be seen."""
    named = {name: [asked] if isinstance(asked, str) else asked for name, asked in hints.items()}
    for volume_id in {one for asked in named.values() for one in asked}:
        volumes.get(conn, req.context, volume_id)
    return named


def _distinct(found):
    """`{key: [each value once]}`."""
    values = {}
    for metadata in found:
        for key, value in metadata.items():
            values.setdefault(key, [])
            if value not in values[key]:
                values[key].append(value)
    return values
