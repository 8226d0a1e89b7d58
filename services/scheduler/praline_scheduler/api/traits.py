# SPDX-License-Identifier: Apache-2.0
"""Traits: the names, and which of them a provider has."""
import re

from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_scheduler import errors as own
from praline_scheduler.api.answers import fresh, url
from praline_scheduler.api.names import CUSTOM, TEXT
from praline_scheduler.db import providers, revisions, shapes

LIST = {'type': 'object', 'properties': {'name': TEXT, 'associated': TEXT}, 'additionalProperties': False}
SET = {'type': 'object', 'required': ['traits', 'resource_provider_generation'], 'additionalProperties': False,
       'properties': {'resource_provider_generation': {'type': 'integer'},
                      'traits': {'type': 'array', 'items': {'type': 'string', 'minLength': 1, 'maxLength': 255}}}}
CHANGED = "Resource provider's generation already changed. Please update the generation and try again."


class Traits(Controller):

    @operation('placement:traits:list', policy=policy.SERVICE, since='1.6', query=LIST)
    def get_all(self, req):
        with self.db.read() as conn:
            names = shapes.STANDARD | set(shapes.custom_traits(conn))
            associated = req.GET.get('associated')
            if associated is not None:
                names = self._associated(conn, names, associated)
        return fresh(req, {'traits': sorted(_named(req, names))})

    @staticmethod
    def _associated(conn, names, text):
        if text.lower() not in ('true', 'false'):
            raise errors.BadRequest('The query parameter "associated" only accepts "true" or "false"')
        having = shapes.associated(conn)
        return names & having if text.lower() == 'true' else names - having

    @operation('placement:traits:show', policy=policy.SERVICE, since='1.6', status=204)
    def get_one(self, req, name):
        with self.db.read() as conn:
            _require(conn, name)
        return fresh(req, None)

    @operation('placement:traits:update', policy=policy.SERVICE, since='1.6')
    def put(self, req, name):
        if not re.match(CUSTOM, name) or len(name) > 255:
            raise errors.BadRequest('The trait is invalid. A valid trait must be no longer than 255 characters, start '
                                    'with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_"')
        with self.db.write() as conn:
            known = name in shapes.custom_traits(conn)
            shapes.create_custom_traits(conn, [name])
        return fresh(req, None, status=204 if known else 201, headers={'Location': url(req, 'traits', name)})

    @operation('placement:traits:delete', policy=policy.SERVICE, since='1.6', status=204)
    def delete(self, req, name):
        with self.db.write() as conn:
            revisions.advance(conn)
            _require(conn, name)
            if name in shapes.STANDARD:
                raise errors.BadRequest('Cannot delete standard trait %s.' % name)
            if shapes.has_provider(conn, name):
                raise errors.Conflict('The trait %s is in use by a resource provider.' % name)
            shapes.delete_custom_trait(conn, name)


def _named(req, names):
    """Those of the names that the parameter `name` asks for."""
    text = req.GET.get('name')
    if text is None:
        return names
    operator, colon, value = text.partition(':')
    if not colon:
        raise errors.BadRequest('Badly formatted name parameter. Expected name query string parameter in form: '
                                '?name=[in|startswith]:[name1,name2|prefix]. Got: "%s"' % text)
    if operator == 'in':
        return names & set(value.split(','))
    return [name for name in names if name.startswith(value)] if operator == 'startswith' else names


def _require(conn, name):
    if name not in shapes.STANDARD and name not in shapes.custom_traits(conn):
        raise own.TraitNotFound('No such trait(s): %s.' % name)


class ProviderTraits(Controller):

    @operation('placement:resource_providers:traits:list', policy=policy.SERVICE, since='1.6')
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            found = shapes.traits_of(conn, provider_id)
        return fresh(req, {'traits': found, 'resource_provider_generation': row['generation']}, row['updated_at'])

    @operation('placement:resource_providers:traits:update', policy=policy.SERVICE, since='1.6', body=SET)
    def put_all(self, req, provider_id, body):
        with self.db.write() as conn:
            revisions.advance(conn)
            row = providers.get(conn, provider_id)
            providers.check_generation(row, body['resource_provider_generation'], CHANGED)
            missing = set(body['traits']) - shapes.STANDARD - set(shapes.custom_traits(conn))
            if missing:
                raise errors.BadRequest('No such trait %s' % ', '.join(sorted(missing)))
            shapes.set_traits(conn, provider_id, body['traits'])
            providers.touch_shape(conn, provider_id)
        return fresh(req, {'traits': sorted(set(body['traits'])),
                           'resource_provider_generation': row['generation'] + 1})

    @operation('placement:resource_providers:traits:delete', policy=policy.SERVICE, since='1.6', status=204)
    def delete_all(self, req, provider_id):
        with self.db.write() as conn:
            revisions.advance(conn)
            providers.get(conn, provider_id)
            shapes.set_traits(conn, provider_id, ())
            providers.touch_shape(conn, provider_id)
