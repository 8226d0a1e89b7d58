# SPDX-License-Identifier: Apache-2.0
"""Images as they were shown until 2.35: /images; their metadata until 2.38."""
from urllib.parse import parse_qsl, urlsplit

from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.api.proxied import LAST, ask
from praline_compute.db import quotas

_LAST_METADATA = '2.38'
_PATCH = 'application/openstack-images-v2.1-json-patch'
_FILTERS = {'name': 'name', 'server': 'instance_uuid', 'type': 'image_type', 'minRam': 'min_ram',
            'minDisk': 'min_disk', 'limit': 'limit', 'marker': 'marker'}
_STATUS = {'active': 'ACTIVE', 'queued': 'SAVING', 'saving': 'SAVING', 'importing': 'SAVING', 'uploading': 'SAVING',
           'deleted': 'DELETED', 'pending_delete': 'DELETED', 'killed': 'ERROR'}
_PROGRESS = {'queued': 25, 'saving': 50, 'active': 100}
_BASE = frozenset((
    'id', 'name', 'status', 'visibility', 'protected', 'checksum', 'os_hash_algo', 'os_hash_value', 'owner', 'size',
    'virtual_size', 'container_format', 'disk_format', 'min_disk', 'min_ram', 'created_at', 'updated_at', 'tags',
    'self', 'file', 'schema', 'os_hidden', 'stores', 'locations', 'direct_url'))
_METADATA = types.wrapped('metadata', types.METADATA)
_META = types.wrapped('meta', {**types.METADATA, 'minProperties': 1, 'maxProperties': 1})


class _Images(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)

    def _ask(self, req, verb, path, body=None, **more):
        return ask(self.runtime.contracts.image, req, verb, path, body, **more)

    def _get(self, req, image_id):
        try:
            return self._ask(req, 'GET', '/v2/images/' + image_id)
        except errors.NotFound:
            raise errors.NotFound('Image not found.') from None

    def _links(self, image_id):
        return [*self.links.of('images', image_id), {
            'rel': 'alternate', 'type': 'application/vnd.openstack.image',
            'href': '%s/image/images/%s' % (self.conf.base_url.rstrip('/'), image_id)}]


class Images(_Images):
    views = {'detail': 'detail'}

    @operation('os_compute_api:images:index', policy=policy.ANYONE, until=LAST)
    def get_all(self, req):
        return self._list(req, self._brief, 'images')

    @operation('os_compute_api:images:detail', policy=policy.ANYONE, until=LAST)
    def detail_get(self, req):
        return self._list(req, self._view, 'images/detail')

    @operation('os_compute_api:images:show', policy=policy.ANYONE, until=LAST)
    def get_one(self, req, image_id):
        return {'image': self._view(self._get(req, image_id))}

    @operation('os_compute_api:images:delete', policy=policy.ANYONE, until=LAST, status=204)
    def delete(self, req, image_id):
        self._get(req, image_id)
        try:
            self._ask(req, 'DELETE', '/v2/images/' + image_id)
        except errors.Forbidden:
            raise errors.Forbidden('You are not allowed to delete the image.') from None

    def _list(self, req, view, path):
        query = {}
        for name, value in req.GET.items():
            if name in _FILTERS:
                query[_FILTERS[name]] = value.rsplit('/', 1)[-1] if name == 'server' else value
            elif name == 'status':
                query['status'] = value.lower()
            elif name == 'changes-since':
                query['updated_at'] = 'gte:' + value
            elif name.startswith('property-'):
                query[name.removeprefix('property-')] = value
        found = self._ask(req, 'GET', '/v2/images', query=query)
        answer = {'images': [view(image) for image in found['images']]}
        if found.get('next'):
            marker = dict(parse_qsl(urlsplit(found['next']).query)).get('marker')
            answer['images_links'] = self.links.next(req, path, [{'id': marker}], 1)
        return answer

    def _brief(self, image):
        return {'id': image['id'], 'name': image['name'], 'links': self._links(image['id'])}

    def _view(self, image):
        metadata = _metadata(image)
        shown = {**self._brief(image), 'minRam': image['min_ram'] or 0, 'minDisk': image['min_disk'] or 0,
                 'metadata': metadata, 'created': image['created_at'], 'updated': image['updated_at'],
                 'status': _STATUS.get(image['status'], 'UNKNOWN'), 'progress': _PROGRESS.get(image['status'], 0),
                 'OS-EXT-IMG-SIZE:size': image['size']}
        if 'instance_uuid' in metadata:
            server_id = metadata['instance_uuid']
            shown['server'] = {'id': server_id, 'links': self.links.of('servers', server_id)}
        if 'auto_disk_config' in metadata:
            automatic = metadata['auto_disk_config'].lower() in ('true', '1', 'yes', 'on', 't', 'y')
            shown['OS-DCF:diskConfig'] = 'AUTO' if automatic else 'MANUAL'
        return shown


class ImageMetadata(_Images):
    """/images/{id}/metadata and, below it, each key."""

    @operation('os_compute_api:image-metadata:index', policy=policy.ANYONE, until=_LAST_METADATA)
    def get_all(self, req, image_id):
        return {'metadata': _metadata(self._get(req, image_id))}

    @operation('os_compute_api:image-metadata:show', policy=policy.ANYONE, until=_LAST_METADATA)
    def get_one(self, req, image_id, key):
        return {'meta': {key: self._value(req, image_id, key)}}

    @operation('os_compute_api:image-metadata:create', policy=policy.ANYONE, until=_LAST_METADATA, body=_METADATA)
    def post(self, req, image_id, body):
        """Adds and changes; the whole of it is answered."""
        known = _metadata(self._get(req, image_id))
        return {'metadata': self._save(req, image_id, known, {**known, **body['metadata']})}

    @operation('os_compute_api:image-metadata:update_all', policy=policy.ANYONE, until=_LAST_METADATA, body=_METADATA)
    def put_all(self, req, image_id, body):
        known = _metadata(self._get(req, image_id))
        return {'metadata': self._save(req, image_id, known, body['metadata'])}

    @operation('os_compute_api:image-metadata:update', policy=policy.ANYONE, until=_LAST_METADATA, body=_META)
    def put(self, req, image_id, key, body):
        if key not in body['meta']:
            raise errors.BadRequest('Request body and URI mismatch')
        known = _metadata(self._get(req, image_id))
        self._save(req, image_id, known, {**known, **body['meta']})
        return {'meta': body['meta']}

    @operation('os_compute_api:image-metadata:delete', policy=policy.ANYONE, until=_LAST_METADATA, status=204)
    def delete(self, req, image_id, key):
        self._value(req, image_id, key)
        self._patch(req, image_id, [{'op': 'remove', 'path': _pointer(key)}])

    def _value(self, req, image_id, key):
        found = _metadata(self._get(req, image_id))
        if key not in found:
            raise errors.NotFound('Invalid metadata key')
        return found[key]

    def _save(self, req, image_id, known, wanted):
        with self.db.read() as conn:
            limit = quotas.limits(conn, self.runtime.options, req.context.project_id)['metadata_items']
        if 0 <= limit < len(wanted):
            raise errors.OverQuota('Image metadata limit exceeded', resource='metadata_items', used=len(known),
                                   limit=limit, asked=len(wanted))
        self._patch(req, image_id, [
            *({'op': 'remove', 'path': _pointer(key)} for key in known if key not in wanted),
            *({'op': 'replace' if key in known else 'add', 'path': _pointer(key), 'value': value}
              for key, value in wanted.items() if known.get(key) != value)])
        return wanted

    def _patch(self, req, image_id, changes):
        if changes:
            self._ask(req, 'PATCH', '/v2/images/' + image_id, changes, content_type=_PATCH)


def _metadata(image):
    """What is not the image service's own: properties, as text."""
    return {name: value if isinstance(value, str) else str(value) for name, value in image.items()
            if name not in _BASE and value is not None}


def _pointer(key):
    return '/' + key.replace('~', '~0').replace('/', '~1')
