# SPDX-License-Identifier: Apache-2.0
"""Allocations: what a consumer holds, what is held on a provider, and setting them for many at once."""
import uuid

from praline_common import errors, policy
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler.api.answers import fresh
from praline_scheduler.api.names import CLASS, ID, UUID
from praline_scheduler.db import allocations, consumers, holdings, providers

_PERSON = {'type': 'string', 'minLength': 1, 'maxLength': 255}
_WHO = {'project_id': _PERSON, 'user_id': _PERSON}
_RESOURCES = {'type': 'object', 'minProperties': 1, 'additionalProperties': False,
              'patternProperties': {CLASS: {'type': 'integer', 'minimum': 1}}}
_MAPPINGS = {'type': 'object', 'minProperties': 1, 'patternProperties': {
    '^$|^[a-zA-Z0-9_-]{1,64}$': {'type': 'array', 'minItems': 1, 'items': ID}}}


def _schema(properties, *required):
    return {'type': 'object', 'properties': properties, 'required': list(required), 'additionalProperties': False}


def _list():
    return {'type': 'array', 'minItems': 1, 'items': _schema(
        {'resource_provider': _schema({'uuid': ID}, 'uuid'), 'resources': _RESOURCES},
        'resource_provider', 'resources')}


def _dict(at_least):
    return {'type': 'object', 'minProperties': at_least, 'additionalProperties': False, 'patternProperties': {
        UUID: _schema({'generation': {'type': 'integer'}, 'resources': _RESOURCES}, 'resources')}}


_V12 = {'allocations': _dict(1), **_WHO}
_V13 = {'allocations': _dict(0), **_WHO}
_V28 = {**_V13, 'consumer_generation': {'type': ['integer', 'null']}}
_V34 = {**_V28, 'mappings': _MAPPINGS}
_V38 = {**_V34, 'consumer_type': {**_PERSON, 'pattern': CLASS}}
_NEEDED = ('allocations', 'project_id', 'user_id')
ONE = Since(
    v1_0=_schema({'allocations': _list()}, 'allocations'), v1_8=_schema({'allocations': _list(), **_WHO}, *_NEEDED),
    v1_12=_schema(_V12, *_NEEDED), v1_28=_schema(_V28, *_NEEDED, 'consumer_generation'),
    v1_34=_schema(_V34, *_NEEDED, 'consumer_generation'),
    v1_38=_schema(_V38, *_NEEDED, 'consumer_generation', 'consumer_type'))


def many(at_least):
    """Since of the schema of {consumer id: what it is to hold}."""
    def of(item):
        return {'type': 'object', 'minProperties': at_least, 'additionalProperties': False,
                'patternProperties': {UUID: item}}
    return Since(v1_13=of(_schema(_V13, *_NEEDED)), v1_28=of(ONE.at((1, 28))), v1_34=of(ONE.at((1, 34))),
                 v1_38=of(ONE.at((1, 38))))


AS_DICT, CONSUMER_GENERATION, CONSUMER_TYPE = (1, 12), (1, 28), (1, 38)
NOBODY = '00000000-0000-0000-0000-000000000000'


def wanted(req, body):
    """What a consumer is to hold, as holdings.replace takes it."""
    given = body['allocations']
    if req.version < AS_DICT:
        given = {item['resource_provider']['uuid']: item for item in given}
    out = {'resources': {provider_id: item['resources'] for provider_id, item in given.items()},
           'project_id': body.get('project_id', NOBODY), 'user_id': body.get('user_id', NOBODY)}
    if req.version >= CONSUMER_GENERATION:
        out['generation'] = body['consumer_generation']
    if req.version >= CONSUMER_TYPE:
        out['consumer_type'] = body['consumer_type']
    return out


class Allocations(Controller):

    @operation('placement:allocations:list', policy=policy.SERVICE)
    def get_one(self, req, consumer_id):
        with self.db.read() as conn:
            held = allocations.held(conn, consumer_id)
            generations = providers.generations(conn, list(held))
            consumer = consumers.get(conn, consumer_id) if held else None
        body = {'allocations': {provider_id: {'resources': resources, 'generation': generations[provider_id]}
                                for provider_id, resources in held.items()}}
        if consumer and req.version >= AS_DICT:
            body['project_id'], body['user_id'] = consumer['project_id'], consumer['user_id']
            if req.version >= CONSUMER_GENERATION:
                body['consumer_generation'] = consumer['generation']
            if req.version >= CONSUMER_TYPE:
                body['consumer_type'] = consumer['consumer_type'] or 'unknown'
        return fresh(req, body, consumer and consumer['updated_at'])

    @operation('placement:allocations:update', policy=policy.SERVICE, body=ONE, status=204)
    def put(self, req, consumer_id, body):
        try:
            consumer_id = str(uuid.UUID(consumer_id))
        except ValueError:
            raise errors.BadRequest('Malformed consumer_uuid: %s' % consumer_id) from None
        with self.db.write() as conn:
            holdings.replace(conn, {consumer_id: wanted(req, body)})

    @operation('placement:allocations:manage', policy=policy.SERVICE, since='1.13', body=many(1), status=204)
    def post(self, req, body):
        with self.db.write() as conn:
            holdings.replace(conn, {consumer_id: wanted(req, item) for consumer_id, item in body.items()})

    @operation('placement:allocations:delete', policy=policy.SERVICE, status=204)
    def delete(self, req, consumer_id):
        with self.db.write() as conn:
            if not holdings.drop(conn, consumer_id):
                raise errors.NotFound("No allocations for consumer '%s'" % consumer_id)


class ProviderAllocations(Controller):

    @operation('placement:resource_providers:allocations:list', policy=policy.SERVICE)
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            rows = allocations.of_provider(conn, provider_id)
        held = {}
        for item in rows:
            entry = held.setdefault(item['consumer_id'], {'resources': {}})
            entry['resources'][item['resource_class']] = item['used']
            if req.version >= CONSUMER_GENERATION:
                entry['consumer_generation'] = item['generation']
        return fresh(req, {'allocations': held, 'resource_provider_generation': row['generation']})
