# SPDX-License-Identifier: Apache-2.0
"""`/v3/volumes/{id}/metadata` and the same of snapshots."""
import hashlib
import json

from praline_common import errors
from praline_common.api import rest
from praline_common.policy import MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.db import snapshots
from praline_volume.db import volumes
from praline_volume.intake import standing

CHANGED_MEANWHILE = rest.Reply(status=412)
ALL = forms.only('metadata', forms.METADATA)
ONE = forms.only('meta', {**forms.METADATA, 'minProperties': 1, 'maxProperties': 1})


class VolumeMetadata(rest.Controller):

    @rest.operation('volume:get_volume_metadata', policy=READER, item=volumes.get)
    def get_all(self, req, volume):
        shown = {'metadata': _shown(volume)}
        return rest.Reply(shown, headers={'Etag': _etag(volume)}) if req.version >= history.ETAGS else shown

    @rest.operation('volume:create_volume_metadata', policy=MEMBER, item=volumes.get, body=ALL)
    def post(self, req, volume, body):
        return self._write(volume, {**volume['metadata'], **body['metadata']})

    @rest.operation('volume:update_volume_metadata', policy=MEMBER, item=volumes.get, body=ALL)
    def put_all(self, req, volume, body):
        return CHANGED_MEANWHILE if _changed(req, volume) else self._write(volume, body['metadata'])

    @rest.operation('volume:get_volume_metadata', policy=READER)
    def get_one(self, req, volume_id, key):
        return {'meta': {key: _value(_load(self, req, volumes, volume_id)['metadata'], key)}}

    @rest.operation('volume:update_volume_metadata', policy=MEMBER, body=ONE)
    def put(self, req, volume_id, key, body):
        volume = _load(self, req, volumes, volume_id)
        _require_key(body, key)
        if _changed(req, volume):
            return CHANGED_MEANWHILE
        self._write(volume, {**volume['metadata'], **body['meta']})
        return body

    @rest.operation('volume:delete_volume_metadata', policy=MEMBER)
    def delete(self, req, volume_id, key):
        volume = _load(self, req, volumes, volume_id)
        _value(volume['metadata'], key)
        self._write(volume, {name: value for name, value in volume['metadata'].items() if name != key})

    def _write(self, volume, metadata):
        standing.require_metadata_changeable(volume)
        with self.db.write() as conn:
            volumes.save(conn, volume['id'], metadata=metadata)
        return {'metadata': metadata}


class SnapshotMetadata(rest.Controller):

    @rest.operation('volume:get_snapshot_metadata', policy=READER, item=snapshots.get)
    def get_all(self, req, snapshot):
        return {'metadata': snapshot['metadata']}

    @rest.operation('volume:update_snapshot_metadata', policy=MEMBER, item=snapshots.get, body=ALL)
    def post(self, req, snapshot, body):
        return self._write(snapshot, {**snapshot['metadata'], **body['metadata']})

    @rest.operation('volume:update_snapshot_metadata', policy=MEMBER, item=snapshots.get, body=ALL)
    def put_all(self, req, snapshot, body):
        return self._write(snapshot, body['metadata'])

    @rest.operation('volume:get_snapshot_metadata', policy=READER)
    def get_one(self, req, snapshot_id, key):
        return {'meta': {key: _value(_load(self, req, snapshots, snapshot_id)['metadata'], key)}}

    @rest.operation('volume:update_snapshot_metadata', policy=MEMBER, body=ONE)
    def put(self, req, snapshot_id, key, body):
        snapshot = _load(self, req, snapshots, snapshot_id)
        _require_key(body, key)
        self._write(snapshot, {**snapshot['metadata'], **body['meta']})
        return body

    @rest.operation('volume:delete_snapshot_metadata', policy=MEMBER)
    def delete(self, req, snapshot_id, key):
        snapshot = _load(self, req, snapshots, snapshot_id)
        _value(snapshot['metadata'], key)
        self._write(snapshot, {name: value for name, value in snapshot['metadata'].items() if name != key})

    def _write(self, snapshot, metadata):
        with self.db.write() as conn:
            snapshots.save(conn, snapshot['id'], metadata=metadata)
        return {'metadata': metadata}


def _shown(volume):
    return {**volume['metadata'], **volume['admin_metadata']}


def _etag(volume):
    """What If-Match is compared with (3.15): whoever read the metadata before somebody else wrote it is told so."""
    return hashlib.md5(json.dumps({'metadata': _shown(volume)}).encode(), usedforsecurity=False).hexdigest()


def _changed(req, volume):
    return req.version >= history.ETAGS and bool(req.if_match) and _etag(volume) not in req.if_match


def _load(controller, req, rows, thing_id):
    with controller.db.read() as conn:
        return rows.get(conn, req.context, thing_id)


def _value(metadata, key):
    if key not in metadata:
        raise errors.NotFound(f'There is no metadata with key {key}.')
    return metadata[key]


def _require_key(body, key):
    if key not in body['meta']:
        raise errors.BadRequest(f'The body must hold the key {key} that the URL names')
