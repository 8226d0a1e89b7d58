# SPDX-License-Identifier: Apache-2.0
"""`/v3/qos-specs`, and which volume types have which."""
import uuid

from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import filters
from praline_volume.db import qos
from praline_volume.db import types

_RULE = 'volume_extension:qos_specs_manage:'
_CONSUMER = {'enum': ['front-end', 'back-end', 'both']}
_VALUES = {'^[a-zA-Z0-9-_:. ]{1,255}$': {'type': ['string', 'number', 'boolean', 'null'], 'maxLength': 255}}
CREATE = only('qos_specs', {**fields({'name': forms.NAME, 'consumer': {'oneOf': [_CONSUMER, {'type': 'null'}]}},
                                     ['name']), 'patternProperties': _VALUES})
UPDATE = only('qos_specs', {**fields({'consumer': _CONSUMER}), 'patternProperties': _VALUES})
KEYS = only('keys', {'type': 'array', 'items': forms.NAME, 'uniqueItems': True})


class QosSpecs(rest.Controller):

    @rest.operation(_RULE + 'get_all', policy=ADMIN)
    def get_all(self, req):
        wanted, offset = listing.page(req, self.conf, qos.SORT_KEYS)
        conditions = listing.conditions(req, qos.TABLE, {'id': 'id', 'name': 'name', 'consumer': 'consumer'})
        with self.db.read() as conn:
            rows = qos.list(conn, wanted, conditions)[offset:]
        return listing.answer(req, 'qos_specs', [view(row) for row in rows], wanted, offset, path='qos-specs')

    @rest.operation(_RULE + 'create', policy=ADMIN, body=CREATE)
    def post(self, req, body):
        specs = dict(body['qos_specs'])
        row = {'id': str(uuid.uuid4()), 'name': specs.pop('name').strip(),
               'consumer': specs.pop('consumer', None) or 'back-end', 'specs': specs}
        with self.db.write() as conn:
            qos.create(conn, row)
        return shown(req, row)

    @rest.operation(_RULE + 'get', policy=ADMIN, item=qos.get)
    def get_one(self, req, row):
        return shown(req, row)

    @rest.operation(_RULE + 'update', policy=ADMIN, body=UPDATE, item=qos.get)
    def put(self, req, row, body):
        specs = dict(body['qos_specs'])
        consumer = specs.pop('consumer', row['consumer'])
        with self.db.write() as conn:
            qos.save(conn, row['id'], consumer=consumer, specs={**row['specs'], **specs})
        return body

    @rest.operation(_RULE + 'delete', policy=ADMIN, item=qos.get, status=202)
    def delete(self, req, row):
        force = filters.truth('force', req.GET.get('force', 'false'))
        with self.db.write() as conn:
            users = types.of_qos(conn, row['id'])
            if users and not force:
                raise errors.BadRequest(f'Qos specs {row["id"]} still in use by {len(users)} volume types.')
            _release(conn, users)
            qos.delete(conn, row['id'])


class DeleteKeys(rest.Controller):
    """`PUT /v3/qos-specs/{id}/delete_keys`."""

    @rest.operation(_RULE + 'delete', policy=ADMIN, body=KEYS, item=qos.get, status=202)
    def put_all(self, req, row, body):
        for key in body['keys']:
            if key not in row['specs']:
                raise errors.NotFound(f'QoS spec {row["id"]} has no spec with key {key}.')
        with self.db.write() as conn:
            qos.save(conn, row['id'], specs={key: value for key, value in row['specs'].items()
                                             if key not in body['keys']})


class Associations(rest.Controller):

    @rest.operation(_RULE + 'get_all', policy=ADMIN, item=qos.get)
    def get_all(self, req, row):
        with self.db.read() as conn:
            return {'qos_associations': [{'association_type': 'volume_type', 'id': user['id'], 'name': user['name']}
                                         for user in types.of_qos(conn, row['id'])]}


class Associate(rest.Controller):

    @rest.operation(_RULE + 'update', policy=ADMIN, item=qos.get, status=202)
    def get_all(self, req, row):
        with self.db.write() as conn:
            volume_type = _asked(conn, req)
            if volume_type['qos_specs_id'] not in (None, row['id']):
                raise errors.BadRequest(f'Invalid volume type: {volume_type["id"]} has the qos specs '
                                        f'{volume_type["qos_specs_id"]} already')
            types.save(conn, volume_type['id'], qos_specs_id=row['id'])


class Disassociate(rest.Controller):

    @rest.operation(_RULE + 'update', policy=ADMIN, item=qos.get, status=202)
    def get_all(self, req, row):
        with self.db.write() as conn:
            _release(conn, [_asked(conn, req)])


class DisassociateAll(rest.Controller):

    @rest.operation(_RULE + 'update', policy=ADMIN, item=qos.get, status=202)
    def get_all(self, req, row):
        with self.db.write() as conn:
            _release(conn, types.of_qos(conn, row['id']))


def view(row):
    return {name: row[name] for name in ('id', 'name', 'consumer', 'specs')}


def shown(req, row):
    return {'qos_specs': view(row), 'links': listing.links(req, 'qos-specs', row['id'])}


def _asked(conn, req):
    type_id = req.GET.get('vol_type_id')
    if not type_id:
        raise errors.BadRequest('The query must name a volume type by vol_type_id')
    return types.get(conn, req.context, type_id)


def _release(conn, users):
    for user in users:
        types.save(conn, user['id'], qos_specs_id=None)
