# SPDX-License-Identifier: Apache-2.0
"""Host aggregates: /os-aggregates, their hosts and metadata."""
from praline_common import errors, policy
from praline_common.api.rest import Actions, Controller, action, operation
from praline_compute.api import types
from praline_compute.api.services import tell_scheduler
from praline_compute.db import aggregates

_ZONE = {'oneOf': [{**types.NAME, 'pattern': r'^(?!\s)[^:\x00-\x1f\x7f]+(?<!\s)$'}, {'type': 'null'}]}
_NAME = {'type': 'string', 'minLength': 1, 'maxLength': 255, 'pattern': r'\S'}
_CREATE = types.wrapped('aggregate', types.closed(('name',), name=types.NAME, availability_zone=_ZONE))
_UPDATE = types.wrapped('aggregate', {**types.closed(name=_NAME, availability_zone=_ZONE), 'minProperties': 1})
_METADATA = types.closed(('metadata',), metadata={
    'type': 'object', 'additionalProperties': False,
    'patternProperties': {'^[a-zA-Z0-9_:. -]{1,255}$': {'type': ['string', 'null'], 'maxLength': 255}}})
_HOST = types.closed(('host',), host=types.FQDN)
_CACHE = types.closed(('cache',), cache={'type': 'array', 'minItems': 1,
                                         'items': types.closed(('id',), id=types.UUID)})


def _load(conn, context, aggregate_id):
    if not aggregate_id.isascii() or not aggregate_id.removeprefix('-').isdigit():
        raise errors.BadRequest('id must be an integer')
    return aggregates.get(conn, int(aggregate_id))


class Aggregates(Controller):
    policy_before_missing = True

    @operation('os_compute_api:os-aggregates:index', policy=policy.ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            found = aggregates.list(conn)
        return {'aggregates': [_view(req, row) for row in found]}

    @operation('os_compute_api:os-aggregates:create', policy=policy.ADMIN, body=_CREATE)
    def post(self, req, body):
        asked = body['aggregate']
        with self.db.write() as conn:
            made = aggregates.create(conn, asked['name'].strip(), asked.get('availability_zone'))
        shown = _view(req, made)
        del shown['hosts'], shown['metadata']
        return {'aggregate': shown}

    @operation('os_compute_api:os-aggregates:show', policy=policy.ADMIN, item=_load)
    def get_one(self, req, aggregate):
        return {'aggregate': _view(req, aggregate)}

    @operation('os_compute_api:os-aggregates:update', policy=policy.ADMIN, item=_load, body=_UPDATE)
    def put(self, req, aggregate, body):
        asked, metadata = body['aggregate'], None
        with self.db.write() as conn:
            if 'availability_zone' in asked:
                zone = asked['availability_zone']
                aggregates.check_zone(conn, aggregate, zone, 'update')
                metadata = {**aggregate['metadata'], aggregates.ZONE: zone}
            made = aggregates.save(conn, aggregate, asked.get('name', aggregate['name']).strip(), metadata)
        tell_scheduler(self.runtime, req.context)
        return {'aggregate': _view(req, made)}

    @operation('os_compute_api:os-aggregates:delete', policy=policy.ADMIN, item=_load)
    def delete(self, req, aggregate):
        if aggregate['hosts']:
            raise errors.BadRequest('Cannot remove host from aggregate %s. Reason: Host aggregate is not empty.'
                                    % aggregate['id'])
        with self.db.write() as conn:
            aggregates.delete(conn, aggregate['id'])


class AggregateActions(Actions):
    policy_before_missing = True

    @action('add_host', 'os_compute_api:os-aggregates:add_host', policy=policy.ADMIN, item=_load,
            body=types.wrapped('add_host', _HOST))
    def add_host(self, req, aggregate, body):
        with self.db.write() as conn:
            made = aggregates.add_host(conn, aggregate, body['add_host']['host'])
        tell_scheduler(self.runtime, req.context)
        return {'aggregate': _view(req, made)}

    @action('remove_host', 'os_compute_api:os-aggregates:remove_host', policy=policy.ADMIN, item=_load,
            body=types.wrapped('remove_host', _HOST))
    def remove_host(self, req, aggregate, body):
        with self.db.write() as conn:
            made = aggregates.remove_host(conn, aggregate, body['remove_host']['host'])
        tell_scheduler(self.runtime, req.context)
        return {'aggregate': _view(req, made)}

    @action('set_metadata', 'os_compute_api:os-aggregates:set_metadata', policy=policy.ADMIN, item=_load,
            body=types.wrapped('set_metadata', _METADATA))
    def set_metadata(self, req, aggregate, body):
        """Adds and changes keys; null takes one away."""
        asked = body['set_metadata']['metadata']
        merged = {name: value for name, value in {**aggregate['metadata'], **asked}.items() if value is not None}
        with self.db.write() as conn:
            if aggregates.ZONE in asked:
                aggregates.check_zone(conn, aggregate, asked[aggregates.ZONE], 'update metadata of')
            made = aggregates.save(conn, aggregate, metadata=merged)
        tell_scheduler(self.runtime, req.context)
        return {'aggregate': _view(req, made)}


class AggregateImages(Controller):
    """POST /os-aggregates/{id}/images: a hint, which is checked and then let be: hosts fetch an image at first use."""
    policy_before_missing = True

    @operation('compute:aggregates:images', policy=policy.ADMIN, since='2.81', item=_load, body=_CACHE, status=202)
    def post(self, req, aggregate, body):
        ids = [image['id'] for image in body['cache']]
        if len(set(ids)) < len(ids):
            raise errors.BadRequest('Duplicate images in request')


def _view(req, row):
    shown = {'id': row['id'], 'name': row['name'], 'hosts': row['hosts'], 'metadata': row['metadata'],
             'availability_zone': row['metadata'].get(aggregates.ZONE), 'created_at': row['created_at'],
             'updated_at': row['updated_at'], 'deleted': False, 'deleted_at': None}
    if req.version >= (2, 41):
        shown['uuid'] = row['uuid']
    return shown
