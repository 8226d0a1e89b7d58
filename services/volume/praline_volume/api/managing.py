# SPDX-License-Identifier: Apache-2.0
"""What lies on a back end and is not ours: `/v3/os-volume-manage`, `/v3/os-snapshot-manage`, and their names since 3.8.

A reference is `{'source-name': what it is called there}`.
"""
from praline_common import errors
from praline_common.api import paging
from praline_common.api import rest
from praline_common.api.rest import Since
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api import history
from praline_volume.api import snapshots as snapshot_views
from praline_volume.api.forms import fields, only
from praline_volume.api.volumes import views
from praline_volume.db import backends
from praline_volume.db import filters
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.intake import strangers as intake

_METADATA = {'oneOf': [forms.METADATA, {'type': 'null'}]}
# What may stand in it is the back end's to say, after the policy was asked.
REFERENCE = {'type': ['object', 'string']}
_VOLUME = {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT, 'metadata': _METADATA, 'bootable': forms.BOOLEAN,
           'availability_zone': forms.OPTIONAL_NAME, 'volume_type': forms.OPTIONAL_NAME, 'host': forms.NAME,
           'ref': REFERENCE}
ADOPT = Since(v3_0=only('volume', fields(_VOLUME, ['host', 'ref'])),
              v3_16=only('volume', fields({**_VOLUME, 'host': forms.OPTIONAL_NAME, 'cluster': forms.OPTIONAL_NAME},
                                          ['ref'])))
ADOPT_SNAPSHOT = only('snapshot', fields(
    {'name': forms.OPTIONAL_NAME, 'description': forms.TEXT, 'metadata': _METADATA, 'volume_id': forms.UUID,
     'ref': REFERENCE}, ['volume_id', 'ref']))


class _Strangers(rest.Controller):
    """kind: the word of the collection; prefix: what stands there before the ids of what is ours."""

    views = {'detail': 'detail'}
    kind = prefix = None

    def _list(self, req, detailed):
        with self.db.read() as conn:
            backend = _backend(conn, self.runtime, req, req.GET)
            ours = self._ours(conn, backend['host'])
        there = self.runtime.own.call(req.context, 'list_strangers', host=backend['host'])[self.kind]
        found = [_view(name, size, None) for name, size in there.items()]
        found += [_view(f'{self.prefix}{row["id"]}', row['size'], row['id']) for row in ours]
        shown = _page(req, self.conf, found)
        if not detailed:
            shown = [{name: row[name] for name in ('reference', 'size', 'safe_to_manage')} for row in shown]
        return {f'manageable-{self.kind}': shown}


class Volumes(_Strangers):
    kind, prefix = 'volumes', 'volume-'

    @rest.operation('volume_extension:list_manageable', policy=ADMIN)
    def get_all(self, req):
        return self._list(req, False)

    @rest.operation('volume_extension:list_manageable', policy=ADMIN)
    def detail_get(self, req):
        return self._list(req, True)

    @rest.operation('volume_extension:volume_manage', policy=ADMIN, body=ADOPT, status=202)
    def post(self, req, body):
        wanted = body['volume']
        with self.db.write() as conn:
            backend = _backend(conn, self.runtime, req, wanted)
            kind = wanted.get('volume_type')
            row = intake.adopt_volume(self.runtime, conn, req.context, backend, _name(wanted['ref']), {
                'name': _stripped(wanted.get('name')), 'description': _stripped(wanted.get('description')),
                'metadata': wanted.get('metadata') or {}, 'availability_zone': wanted.get('availability_zone'),
                'bootable': forms.is_true(wanted.get('bootable')),
                'volume_type': types.named(conn, req.context, kind) if kind else None})
        return {'volume': views.first(req, row)}

    def _ours(self, conn, host):
        return volumes.of_host(conn, host)


class Snapshots(_Strangers):
    kind, prefix = 'snapshots', '_snapshot-'

    @rest.operation('snapshot_extension:list_manageable', policy=ADMIN)
    def get_all(self, req):
        return self._list(req, False)

    @rest.operation('snapshot_extension:list_manageable', policy=ADMIN)
    def detail_get(self, req):
        return self._list(req, True)

    @rest.operation('snapshot_extension:snapshot_manage', policy=ADMIN, body=ADOPT_SNAPSHOT, status=202)
    def post(self, req, body):
        wanted = dict(body['snapshot'])
        with self.db.write() as conn:
            volume = volumes.get(conn, req.context, wanted['volume_id'])
            row = intake.adopt_snapshot(self.runtime, conn, req.context, volume, _name(wanted['ref']), wanted)
        return {'snapshot': snapshot_views.brief(req, row)}

    def _ours(self, conn, host):
        return snapshots.of_host(conn, host)


class _Newer:

    def ready(self, req, *ids):
        if req.version < history.MANAGEABLE:
            raise errors.NotFound('The resource could not be found.')


class NewVolumes(_Newer, Volumes):
    """`/v3/manageable_volumes`."""


class NewSnapshots(_Newer, Snapshots):
    """`/v3/manageable_snapshots`."""


def _backend(conn, runtime, req, named):
    """The back end that the body or the query names by host; a cluster is none of ours.  BadRequest, Unavailable."""
    host = named.get('host')
    cluster = req.version >= history.CLUSTER_OF_STRANGERS and named.get('cluster')
    if bool(host) == bool(cluster):
        raise errors.BadRequest("Invalid input received: one of 'host' and 'cluster' must be given")
    for backend in backends.list(conn, runtime.options):
        if host and host in (backend['host'], backend['host'].partition('#')[0]):
            if not backend['up'] or backend['disabled']:
                raise errors.Unavailable(f'The service on {host} is disabled or does not report.')
            return backend
    raise errors.Unavailable(f"{'Host' if host else 'Cluster'} '{host or cluster}' not found")


def _name(reference):
    name = reference.get('source-name') if isinstance(reference, dict) and len(reference) == 1 else None
    if not isinstance(name, str) or not 0 < len(name) <= 255:
        raise errors.BadRequest("Invalid input received: 'ref' must be {'source-name': what it is called on the back "
                                "end}, and nothing else")
    return name


def _page(req, conf, found):
    """Sorted by reference, the last first, or as the query says; `marker` is a reference."""
    query = {'reference': lambda row: row['reference']['source-name'], 'size': lambda row: row['size']}
    wanted = paging.read(req, tuple(query), (('reference', 'desc'),), conf.list_limit, conf.list_limit)
    for key, direction in reversed(wanted.sort):
        found.sort(key=query[key], reverse=direction == 'desc')
    if wanted.marker:
        marker = filters.literal('marker', wanted.marker, dict)
        places = [place for place, row in enumerate(found, 1) if row['reference'] == marker]
        if not places:
            raise errors.BadRequest(f'marker {wanted.marker} is none of the references')
        found = found[places[0]:]
    offset = filters.number('offset', req.GET.get('offset', '0'))
    return found[offset:offset + wanted.limit]


def _view(name, size, ours):
    return {'reference': {'source-name': name}, 'size': size, 'safe_to_manage': ours is None,
            'reason_not_safe': 'already managed' if ours else None, 'cinder_id': ours, 'extra_info': None}


def _stripped(text):
    return text.strip() if text else None
