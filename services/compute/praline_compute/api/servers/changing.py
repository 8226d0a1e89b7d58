# SPDX-License-Identifier: Apache-2.0
"""Server actions that give it another size or another disk, or keep a picture of it."""
import base64
import uuid

from praline_common import errors as common_errors
from praline_common import policy
from praline_common.api.rest import Actions, Reply, action
from praline_compute import errors, firmware
from praline_compute.api.links import Links
from praline_compute.api.servers import accept, controller, creating, images, schemas
from praline_compute.api.types import wrapped
from praline_compute.db import devices, flavors, keypairs, quotas, servers, services

_LONG = 1800


class ChangingActions(Actions):

    @action('resize', 'os_compute_api:servers:resize', policy=policy.MEMBER, item=servers.get, status=202,
            body=schemas.RESIZE)
    def resize(self, req, server, body):
        """Another flavor; it waits for confirmResize or revertResize when done."""
        asked = body['resize']
        with self.db.read() as conn:
            try:
                flavor = flavors.get(conn, req.context, asked['flavorRef'])
            except errors.FlavorNotFound as error:
                raise common_errors.BadRequest(error.message) from None
            from_volume = not server['image_id']
            old = server['flavor']
            if flavor['flavor_id'] == server['flavor_id']:
                raise common_errors.BadRequest('When resizing, instances must change flavor!')
            if flavor['disk'] == 0 and old['disk'] != 0 and not from_volume:
                raise common_errors.BadRequest('Resize to zero disk flavor is not allowed.')
        if server['image']:
            images.check_fits(server['image'], flavor, from_volume)
        values = {}
        if 'OS-DCF:diskConfig' in asked:
            values['auto_disk_config'] = asked['OS-DCF:diskConfig'] == 'AUTO'
        accept.begin(self, req, server, 'resize', 'resize_server', deadline=_LONG, also=self._room(req, old, flavor),
                     arguments={'flavor': flavor, 'migration': str(uuid.uuid4()), 'was': server['vm_state']}, **values)

    def _room(self, req, old, flavor):
        def check(conn, server):
            quotas.check(conn, req.context, self.runtime.options, server['project_id'], server['user_id'],
                         cores=max(0, flavor['vcpus'] - old['vcpus']), ram=max(0, flavor['ram'] - old['ram']))
        return check

    @action('confirmResize', 'os_compute_api:servers:confirm_resize', policy=policy.MEMBER, item=servers.get,
            status=204, body=wrapped('confirmResize', {}))
    def confirm_resize(self, req, server, body):
        accept.begin(self, req, server, 'confirm_resize', 'confirm_resize', action='confirmResize')

    @action('revertResize', 'os_compute_api:servers:revert_resize', policy=policy.MEMBER, item=servers.get,
            status=202, body=wrapped('revertResize', {}))
    def revert_resize(self, req, server, body):
        accept.begin(self, req, server, 'revert_resize', 'revert_resize', action='revertResize', deadline=_LONG)

    @action('rebuild', 'os_compute_api:servers:rebuild', policy=policy.MEMBER, item=servers.get, status=202,
            body=schemas.REBUILD)
    def rebuild(self, req, server, body):
        """The same server, its disk made anew from an image."""
        asked = body['rebuild']
        if not server['image_id'] and req.version < (2, 93):
            raise common_errors.BadRequest('Unable to rebuild with a different image for a volume-backed server.')
        image = images.get(self.runtime.contracts, req.context, asked['imageRef'])
        images.check_fits(image, server['flavor'], not server['image_id'])
        self._check_firmware(server, image)
        password = asked.get('adminPass') or creating.new_password()
        values = self._rebuilt(req, server, asked, image, password)
        accept.begin(self, req, server, 'rebuild', 'rebuild_server', deadline=_LONG,
                     arguments={'was': server['vm_state'], 'old_image': server['image'],
                                'old_image_id': server['image_id']}, **values)
        return self._answer(req, server, password)

    def _check_firmware(self, server, image):
        """BadRequest when the server's host, where it stays, cannot start such an image."""
        firmware.check(image['properties'])
        with self.db.read() as conn:
            found = services.list(conn, server['host']) if server['host'] else []
        missing = set(firmware.traits(image['properties'])) - set(found[0]['report'].get('traits') or []) if found else ()
        if missing:
            raise common_errors.BadRequest('No valid host was found. The host of the server has no %s.'
                                           % ', '.join(sorted(missing)))

    def _rebuilt(self, req, server, asked, image, password):
        values = {'image': image, 'admin_password': password}
        if server['image_id']:
            values['image_id'] = image['id']
        for word, column in (('name', 'name'), ('description', 'description'), ('accessIPv4', 'access_ip_v4'),
                             ('accessIPv6', 'access_ip_v6'), ('hostname', 'hostname'), ('user_data', 'user_data'),
                             ('trusted_image_certificates', 'trusted_certs')):
            if word in asked:
                values[column] = creating.plain_address(asked[word]) if column == 'access_ip_v6' else asked[word]
        if asked.get('user_data'):
            _check_base64(asked['user_data'])
        if 'metadata' in asked:
            with self.db.read() as conn:
                limit = quotas.limits(conn, self.runtime.options, server['project_id'])['metadata_items']
            creating.check_metadata(asked['metadata'], limit)
            values['metadata'] = asked['metadata']
        if 'OS-DCF:diskConfig' in asked:
            values['auto_disk_config'] = asked['OS-DCF:diskConfig'] == 'AUTO'
        if 'key_name' in asked:
            values.update(self._key(req, asked['key_name']))
        return values

    def _key(self, req, name):
        if name is None:
            return {'key_name': None, 'key': None}
        with self.db.read() as conn:
            try:
                key = keypairs.get(conn, req.context.user_id, name)
            except errors.KeypairNotFound:
                raise common_errors.BadRequest('Invalid key_name provided.') from None
        return {'key_name': name, 'key': {word: key[word] for word in ('name', 'type', 'public_key')}}

    def _answer(self, req, server, password):
        with self.db.read() as conn:
            fresh = servers.get(conn, req.context, server['id'])
        shown = controller.Servers(self.runtime).view(req, fresh, user_data=False)
        if req.version < (2, 75):
            shown = controller.reduced(shown, req.version)
            if req.version >= (2, 54):
                shown['key_name'] = fresh['key_name']
        if req.version >= (2, 57):
            shown['user_data'] = fresh['user_data']
        shown['adminPass'] = password
        links = Links(self.conf).of('servers', server['id'])
        return Reply({'server': shown}, headers={'Location': links[0]['href']})

    @action('createImage', 'os_compute_api:servers:create_image', policy=policy.MEMBER, item=servers.get,
            status=202, body=schemas.CREATE_IMAGE)
    def create_image(self, req, server, body):
        """A picture of the root disk; of a server on volumes, snapshots and an image that names them."""
        asked = body['createImage']
        metadata = asked.get('metadata') or {}
        with self.db.read() as conn:
            limit = quotas.limits(conn, self.runtime.options, server['project_id'])['metadata_items']
        creating.check_metadata(metadata, limit)
        accept.check(server, 'snapshot', req.context, 'createImage')
        image_id = picture(self, req, server, asked['name'], properties(server, metadata), 'createImage')
        if req.version >= (2, 45):
            return {'image_id': image_id}
        return Reply(None, headers={'Location': image_location(self.conf, image_id)})


def image_location(conf, image_id):
    return '%s/image/v2/images/%s' % (conf.base_url.rstrip('/'), image_id)


def picture(controller, req, server, name, kept, action, more=None):
    """A queued image, and the flow that fills it; the image's id."""
    runtime = controller.runtime
    with controller.db.read() as conn:
        found = devices.list(conn, server['id'])
    on_volume = any(device['boot_index'] == 0 and device['volume_id'] for device in found)
    image = runtime.contracts.image.create(req.context, name, kept,
                                           min_ram=(server['image'] or {}).get('min_ram') or 0,
                                           min_disk=0 if on_volume else server['flavor']['disk'])
    try:
        accept.begin(controller, req, server, 'snapshot', 'create_image', action=action, deadline=_LONG,
                     task_state='image_backup' if more else 'image_snapshot',
                     arguments={'image_id': image['id'], 'name': name, 'on_volume': on_volume, **(more or {})})
    except common_errors.Error:
        runtime.contracts.image.fail_upload(req.context, image['id'], 'the server was in the way')
        raise
    return image['id']


_SHORT_LIVED = ('img_config_drive', 'locations', 'cache_in_nova', 'bittorrent')


def properties(server, metadata):
    """What an image keeps of the server it was taken from."""
    kept = {name: value for name, value in ((server['image'] or {}).get('properties') or {}).items()
            if name not in _SHORT_LIVED and isinstance(value, str)}
    kept.update({'instance_uuid': server['id'], 'user_id': server['user_id'] or '', 'image_type': 'snapshot',
                 'base_image_ref': server['image_id'] or ''})
    kept.update(metadata)
    return kept


def _check_base64(text):
    try:
        base64.b64decode(text)
    except ValueError:
        raise common_errors.BadRequest('Invalid input for field/attribute user_data. It is not base64.') from None
