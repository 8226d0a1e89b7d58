# SPDX-License-Identifier: Apache-2.0
"""`/v3/os-volume-transfer` and `/v3/volume-transfers` (3.55): a volume handed to another project."""
from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import Since
from praline_common.policy import ANYONE, MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import transfers
from praline_volume.db import volumes
from praline_volume.intake import transfers as intake

_CREATE = {'volume_id': forms.UUID, 'name': forms.OPTIONAL_NAME}
CREATE = Since(v3_0=only('transfer', fields(_CREATE, ['volume_id'])),
               v3_55=only('transfer', fields({**_CREATE, 'no_snapshots': forms.BOOLEAN}, ['volume_id'])))
ACCEPT = only('accept', fields({'auth_key': forms.NAME}, ['auth_key']))
FILTERS = {'name': 'name', 'volume_id': 'volume_id', 'id': 'id'}


class Transfers(rest.Controller):

    views = {'detail': 'detail'}
    collection = 'os-volume-transfer'

    @rest.operation('volume:create_transfer', policy=MEMBER, body=CREATE, status=202)
    def post(self, req, body):
        wanted = body['transfer']
        with self.db.write() as conn:
            volume = volumes.get(conn, req.context, wanted['volume_id'])
            self.policy.require(req.context, 'volume:create_transfer', volume)
            row, key = intake.create(conn, volume, (wanted.get('name') or '').strip() or None,
                                     forms.is_true(wanted.get('no_snapshots')))
        return {'transfer': {**self._detail(req, row), 'auth_key': key}}

    @rest.operation('volume:get_all_transfers', policy=READER)
    def get_all(self, req):
        return self._list(req, self._brief)

    @rest.operation('volume:get_all_transfers', policy=READER)
    def detail_get(self, req):
        return self._list(req, self._detail)

    @rest.operation('volume:get_transfer', policy=READER, item=transfers.get)
    def get_one(self, req, transfer):
        return {'transfer': self._detail(req, transfer)}

    @rest.operation('volume:delete_transfer', policy=MEMBER, item=transfers.get, status=202)
    def delete(self, req, transfer):
        with self.db.write() as conn:
            intake.cancel(conn, transfer)

    def _list(self, req, view):
        wanted, offset = listing.page(req, self.conf, (*transfers.SORT_KEYS, 'display_name'),
                                      aliases={'display_name': 'name'})
        if 'sort' not in req.GET and 'sort_key' not in req.GET:
            wanted.sort = [('created_at', 'asc')]
        conditions = listing.conditions(req, transfers.TABLE, FILTERS)
        with self.db.read() as conn:
            rows = transfers.list(conn, req.context, wanted, listing.everyone(req), conditions)[offset:]
        return listing.answer(req, 'transfers', [view(req, row) for row in rows], wanted, offset,
                              path=self.collection)

    def _brief(self, req, row):
        return {'id': row['id'], 'volume_id': row['volume_id'], 'name': row['name'],
                'links': listing.links(req, self.collection, row['id'])}

    def _detail(self, req, row):
        view = {**self._brief(req, row), 'created_at': row['created_at']}
        if req.version >= history.TRANSFER_SNAPSHOTS:
            view['no_snapshots'] = row['no_snapshots']
        if req.version >= history.TRANSFER_PROJECTS:
            view.update(source_project_id=row['project_id'], destination_project_id=None, accepted=False)
        return view


class NewTransfers(Transfers):
    collection = 'volume-transfers'


class Accept(rest.Controller):
    """`POST .../{id}/accept`: whoever has the key may."""

    @rest.operation('volume:accept_transfer', policy=ANYONE, body=ACCEPT, status=202)
    def post(self, req, transfer_id, body):
        if not req.context.project_id:
            raise errors.Forbidden('A transfer is accepted into a project; the token has none.')
        with self.db.write() as conn:
            row = intake.accept(self.runtime, conn, req.context, transfer_id, body['accept']['auth_key'])
        return {'transfer': {'id': row['id'], 'volume_id': row['volume_id'], 'name': row['name'],
                             'links': listing.links(req, 'os-volume-transfer', row['id'])}}
