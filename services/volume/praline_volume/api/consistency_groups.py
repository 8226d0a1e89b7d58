# SPDX-License-Identifier: Apache-2.0
"""`/v3/consistencygroups` and `/v3/cgsnapshots`, which groups came after: there are none, and none can be made.

A consistency group promises snapshots of several volumes at one moment, which no back end here can take.
"""
from praline_common import errors
from praline_common.api import rest
from praline_common.api.rest import Since
from praline_common.policy import MEMBER, READER
from praline_volume.api import forms
from praline_volume.api import groups as newer
from praline_volume.api import listing
from praline_volume.api.forms import fields, only
from praline_volume.db import groups

_NAMES = {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT}
_IDS = {'type': ['string', 'null']}
_UPDATE = {**_NAMES, 'add_volumes': _IDS, 'remove_volumes': _IDS}
CREATE = only('consistencygroup', fields(
    {**_NAMES, 'volume_types': forms.NAME, 'availability_zone': forms.OPTIONAL_NAME}, ['volume_types']))
COPY = only('consistencygroup-from-src', fields(
    {**_NAMES, 'cgsnapshot_id': {'type': 'string'}, 'source_cgid': {'type': 'string'}},
    oneOf=[{'required': ['cgsnapshot_id']}, {'required': ['source_cgid']}]))
# Until 3.6 a name was not to be taken away.
UPDATE = Since(v3_0=only('consistencygroup', fields(_UPDATE, minProperties=1, anyOf=[
    {'required': [name], 'properties': {name: {'type': 'string', 'minLength': 1}}} for name in _UPDATE])),
    v3_6=only('consistencygroup', fields(_UPDATE, minProperties=1)))
DELETE = {'type': 'object', 'additionalProperties': False,
          'properties': {'consistencygroup': fields({'force': forms.BOOLEAN})}}
TAKE = only('cgsnapshot', fields({**_NAMES, 'consistencygroup_id': {'type': 'string'}}, ['consistencygroup_id']))


def get(conn, context, group_id):
    raise errors.NotFound(f'Group {group_id} could not be found.')


def get_snapshot(conn, context, snapshot_id):
    raise errors.NotFound(f'GroupSnapshot {snapshot_id} could not be found.')


class ConsistencyGroups(rest.Controller):

    views = {'detail': 'detail', 'create_from_src': 'copy'}

    @rest.operation('group:get_all', policy=READER)
    def get_all(self, req):
        return self._none(req)

    @rest.operation('group:get_all', policy=READER)
    def detail_get(self, req):
        return self._none(req)

    @rest.operation('group:get', policy=READER, item=get)
    def get_one(self, req, group):
        """None is found."""

    @rest.operation('group:create', policy=MEMBER, body=CREATE, status=202)
    def post(self, req, body):
        raise errors.BadRequest(f'Group type {newer.CONSISTENT_TYPE} not found: no back end here takes snapshots of '
                                f'several volumes at one moment')

    @rest.operation('group:create', policy=MEMBER, body=COPY, status=202)
    def copy_post(self, req, body):
        wanted = body['consistencygroup-from-src']
        if wanted.get('cgsnapshot_id'):
            get_snapshot(None, req.context, wanted['cgsnapshot_id'])
        get(None, req.context, wanted['source_cgid'])

    def _none(self, req):
        listing.page(req, self.conf, groups.SORT_KEYS)
        return {'consistencygroups': []}


class Delete(rest.Controller):
    """`POST /v3/consistencygroups/{id}/delete`."""

    @rest.operation('group:delete', policy=MEMBER, body=DELETE, optional_body=True, item=get, status=202)
    def post(self, req, group, body):
        """None is found."""


class Update(rest.Controller):
    """`PUT /v3/consistencygroups/{id}/update`."""

    @rest.operation('group:update', policy=MEMBER, body=UPDATE, item=get, status=202)
    def put_all(self, req, group, body):
        """None is found."""


class ConsistencySnapshots(rest.Controller):
    """`/v3/cgsnapshots`."""

    views = {'detail': 'detail'}

    @rest.operation('group:get_all_group_snapshots', policy=READER)
    def get_all(self, req):
        return {'cgsnapshots': []}

    @rest.operation('group:get_all_group_snapshots', policy=READER)
    def detail_get(self, req):
        return {'cgsnapshots': []}

    @rest.operation('group:get_group_snapshot', policy=READER, item=get_snapshot)
    def get_one(self, req, snapshot):
        """None is found."""

    @rest.operation('group:create_group_snapshot', policy=MEMBER, body=TAKE, status=202)
    def post(self, req, body):
        get(None, req.context, body['cgsnapshot']['consistencygroup_id'])

    @rest.operation('group:delete_group_snapshot', policy=MEMBER, item=get_snapshot, status=202)
    def delete(self, req, snapshot):
        """None is found."""
