# SPDX-License-Identifier: Apache-2.0
"""`/v3/types/{id}/encryption`: how volumes of a type should be encrypted; `/v3/volumes/{id}/encryption`: how one is.

Kept for operators' tools; no back end here encrypts, so volumes of such a type are refused.
"""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN, READER
from praline_volume.api import forms
from praline_volume.api.forms import fields, only
from praline_volume.db import types
from praline_volume.db import volumes

_RULE = 'volume_extension:volume_type_encryption:'
_FIELDS = {'provider': forms.NAME, 'control_location': {'enum': ['front-end', 'back-end']}, 'cipher': forms.TEXT,
           'key_size': {'type': ['integer', 'string', 'null'], 'pattern': '^[0-9]+$', 'minimum': 0,
                        'maximum': 2147483647}}
CREATE = only('encryption', fields(_FIELDS, ['provider', 'control_location'], extra=True))
UPDATE = only('encryption', fields(_FIELDS, extra=True))


class Encryption(rest.Controller):

    @rest.operation(_RULE + 'get', policy=ADMIN, item=types.get)
    def get_all(self, req, volume_type):
        return _view(volume_type) if volume_type['encryption'] else {}

    @rest.operation(_RULE + 'create', policy=ADMIN, body=CREATE, item=types.get)
    def post(self, req, volume_type, body):
        if volume_type['encryption']:
            raise errors.BadRequest(f'Volume type encryption for type {volume_type["id"]} already exists.')
        encryption = {'encryption_id': str(uuid.uuid4()), 'cipher': None, **_plain(body)}
        self._write(volume_type, encryption)
        return {'encryption': {**encryption, 'volume_type_id': volume_type['id']}}

    @rest.operation(_RULE + 'update', policy=ADMIN, body=UPDATE)
    def put(self, req, type_id, encryption_id, body):
        volume_type = self._load(req, type_id)
        self._write(volume_type, {**volume_type['encryption'], **_plain(body)})
        return {'encryption': _plain(body)}

    @rest.operation(_RULE + 'get', policy=ADMIN)
    def get_one(self, req, type_id, key):
        shown = _view(self._load(req, type_id))
        if key not in shown:
            raise errors.NotFound(f'Volume type encryption for type {type_id} has no {key}.')
        return {key: shown[key]}

    @rest.operation(_RULE + 'delete', policy=ADMIN, status=202)
    def delete(self, req, type_id, encryption_id):
        self._write(self._load(req, type_id), None)

    def _load(self, req, type_id):
        with self.db.read() as conn:
            volume_type = types.get(conn, req.context, type_id)
        if not volume_type['encryption']:
            raise errors.NotFound(f'Volume type encryption for type {type_id} does not exist.')
        return volume_type

    def _write(self, volume_type, encryption):
        with self.db.write() as conn:
            if types.in_use(conn, volume_type['id']):
                raise errors.BadRequest(f'Volume type {volume_type["id"]} is in use; its encryption cannot change.')
            types.save(conn, volume_type['id'], encryption=encryption)


def _plain(body):
    found = dict(body['encryption'])
    if found.get('key_size') is not None:
        found['key_size'] = int(found['key_size'])
    return found


def _view(volume_type):
    return {**volume_type['encryption'], 'volume_type_id': volume_type['id'], 'deleted': False, 'deleted_at': None,
            'created_at': volume_type['created_at'], 'updated_at': volume_type['updated_at']}


class VolumeEncryption(rest.Controller):
    """`/v3/volumes/{id}/encryption`: what an encrypted volume's key is, which none here has."""

    @rest.operation('volume_extension:volume_encryption_metadata', policy=READER, item=volumes.get)
    def get_all(self, req, volume):
        return {'encryption_key_id': None}

    @rest.operation('volume_extension:volume_encryption_metadata', policy=READER)
    def get_one(self, req, volume_id, key):
        with self.db.read() as conn:
            volumes.get(conn, req.context, volume_id)
        if key != 'encryption_key_id':
            raise errors.NotFound(f'Volume {volume_id} has no encryption metadata {key}; it is not encrypted.')
        return rest.Reply(b'null')
