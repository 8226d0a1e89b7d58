# SPDX-License-Identifier: Apache-2.0
"""Volumes and snapshots as they were until 2.35: /os-volumes and /os-snapshots."""
from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, operation
from praline_compute.api import types
from praline_compute.api.proxied import LAST, ask

_RULE = 'os_compute_api:os-volumes:'
_VOLUMES, _SNAPSHOTS = '/v3/volumes', '/v3/snapshots'
_CREATE = types.wrapped('volume', types.closed(
    ('size',), size={'type': ['integer', 'string'], 'pattern': '^[0-9]+$', 'minimum': 1}, volume_type=types.TEXT,
    metadata={'type': 'object'}, snapshot_id=types.TEXT, availability_zone=types.TEXT, display_name=types.TEXT,
    display_description=types.TEXT))
_SNAPSHOT = types.wrapped('snapshot', types.closed(
    ('volume_id',), volume_id=types.TEXT, force=types.BOOLEAN, display_name=types.TEXT,
    display_description=types.TEXT))


class _Volumes(Controller):

    def _ask(self, req, verb, path, body=None, **more):
        return ask(self.runtime.contracts.volume, req, verb, path, body, **more)

    def _slice(self, req, rows):
        page, start = paging.read(req, max_limit=self.conf.list_limit), int(req.GET.get('offset') or 0)
        return rows[start:start + page.limit]


class Volumes(_Volumes):
    views = {'detail': 'detail'}

    @operation(_RULE + 'list', policy=policy.READER, until=LAST)
    def get_all(self, req):
        return self._list(req)

    @operation(_RULE + 'detail', policy=policy.READER, until=LAST)
    def detail_get(self, req):
        return self._list(req)

    @operation(_RULE + 'show', policy=policy.READER, until=LAST)
    def get_one(self, req, volume_id):
        return {'volume': _volume(self._ask(req, 'GET', '%s/%s' % (_VOLUMES, volume_id))['volume'])}

    @operation(_RULE + 'create', policy=policy.MEMBER, until=LAST, body=_CREATE)
    def post(self, req, body):
        asked = body['volume']
        wanted = {name: asked[name] for name in ('volume_type', 'metadata', 'snapshot_id', 'availability_zone')
                  if asked.get(name)}
        wanted.update(size=int(asked['size']), name=asked.get('display_name'),
                      description=asked.get('display_description'))
        try:
            made = self._ask(req, 'POST', _VOLUMES, {'volume': wanted})
        except errors.NotFound as error:
            raise error if 'snapshot' in error.message.lower() else errors.BadRequest(error.message)
        return {'volume': _volume(made['volume'])}

    @operation(_RULE + 'delete', policy=policy.MEMBER, until=LAST, status=202)
    def delete(self, req, volume_id):
        self._ask(req, 'DELETE', '%s/%s' % (_VOLUMES, volume_id))

    def _list(self, req):
        found = self._ask(req, 'GET', _VOLUMES + '/detail')['volumes']
        return {'volumes': [_volume(row) for row in self._slice(req, found)]}


class Snapshots(_Volumes):
    views = {'detail': 'detail'}

    @operation(_RULE + 'snapshots:list', policy=policy.READER, until=LAST)
    def get_all(self, req):
        return self._list(req)

    @operation(_RULE + 'snapshots:detail', policy=policy.READER, until=LAST)
    def detail_get(self, req):
        return self._list(req)

    @operation(_RULE + 'snapshots:show', policy=policy.READER, until=LAST)
    def get_one(self, req, snapshot_id):
        return {'snapshot': _snapshot(self._ask(req, 'GET', '%s/%s' % (_SNAPSHOTS, snapshot_id))['snapshot'])}

    @operation(_RULE + 'snapshots:create', policy=policy.MEMBER, until=LAST, body=_SNAPSHOT)
    def post(self, req, body):
        asked = body['snapshot']
        made = self._ask(req, 'POST', _SNAPSHOTS, {'snapshot': {
            'volume_id': asked['volume_id'], 'force': types.truth(asked.get('force', False)),
            'name': asked.get('display_name'), 'description': asked.get('display_description')}})
        return {'snapshot': _snapshot(made['snapshot'])}

    @operation(_RULE + 'snapshots:delete', policy=policy.MEMBER, until=LAST, status=202)
    def delete(self, req, snapshot_id):
        self._ask(req, 'DELETE', '%s/%s' % (_SNAPSHOTS, snapshot_id))

    def _list(self, req):
        found = self._ask(req, 'GET', _SNAPSHOTS + '/detail')['snapshots']
        return {'snapshots': [_snapshot(row) for row in self._slice(req, found)]}


def _volume(row):
    attachments = [{'id': row['id'], 'volumeId': row['id'], 'serverId': attachment['server_id'],
                    **({'device': attachment['device']} if attachment.get('device') else {})}
                   for attachment in row['attachments'][:1]]
    return {'id': row['id'], 'status': row['status'], 'size': row['size'],
            'availabilityZone': row['availability_zone'], 'createdAt': row['created_at'],
            'attachments': attachments or [{}], 'displayName': row['name'],
            'displayDescription': row['description'], 'volumeType': row['volume_type'],
            'snapshotId': row['snapshot_id'], 'metadata': row['metadata']}


def _snapshot(row):
    return {'id': row['id'], 'volumeId': row['volume_id'], 'status': row['status'], 'size': row['size'],
            'createdAt': row['created_at'], 'displayName': row['name'], 'displayDescription': row['description']}
