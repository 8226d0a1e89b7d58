# SPDX-License-Identifier: Apache-2.0
"""What a mapping may look like: its JSON schema, in each of its versions.

1.0: users and groups; projects lie in the identity provider's domain.  2.0: `domain` beside user and projects is
honoured.  3.0: also projects_json, and a login takes away the roles in projects that it no longer asserts.
"""
import functools

import jsonschema_rs

from praline_identity import errors

VERSIONS = ('1.0', '2.0', '3.0')
_TEXT, _TYPE = {'type': 'string'}, {'type': {'type': 'string'}}


def _exactly(properties, required=()):
    return {'type': 'object', 'properties': properties, 'required': [*required], 'additionalProperties': False}


_DOMAIN = _exactly({'id': _TEXT, 'name': _TEXT})
_USER = _exactly({'id': _TEXT, 'name': _TEXT, 'email': _TEXT, 'domain': _DOMAIN,
                  'type': {'type': 'string', 'enum': ['ephemeral', 'local']}})
_GROUP = {'type': 'object', 'oneOf': [_exactly({'id': _TEXT}, ['id']),
                                      _exactly({'name': _TEXT, 'domain': _DOMAIN}, ['name', 'domain'])]}
_ROLES = {'type': 'array', 'items': _exactly({'name': _TEXT}, ['name'])}


def _projects(**more):
    return {'type': 'array', 'items': _exactly({'name': _TEXT, 'roles': _ROLES, **more}, ['name', 'roles'])}


def _condition(word):
    return _exactly({**_TYPE, word: {'type': 'array'}, 'regex': {'type': 'boolean'}}, ['type', word])


_REMOTE = {'type': 'array', 'minItems': 1, 'items': {'type': 'object', 'oneOf': [
    _exactly(_TYPE, ['type']), *map(_condition, ('any_one_of', 'not_any_of', 'blacklist', 'whitelist'))]}}


def _mapping(**local):
    local = {'user': _USER, 'group': _GROUP, 'groups': _TEXT, 'group_ids': _TEXT, 'domain': _DOMAIN, **local}
    rule = _exactly({'local': {'type': 'array', 'items': _exactly(local)}, 'remote': _REMOTE}, ['local', 'remote'])
    return {'type': 'object', 'required': ['rules'], 'properties': {
        'rules': {'type': 'array', 'minItems': 1, 'items': rule}, 'schema_version': _TEXT}}


PROJECTS = _projects(domain=_DOMAIN)
SCHEMAS = {'1.0': _mapping(projects=_projects()), '2.0': _mapping(projects=PROJECTS),
           '3.0': _mapping(projects=PROJECTS, projects_json=_TEXT)}


def check(mapping):
    """BadRequest, with everything that is wrong, unless it is a mapping of the schema_version that it says."""
    version = mapping.get('schema_version')
    if version not in VERSIONS:
        raise errors.BadRequest('Invalid input for field/attribute schema_version. Value: %s. It must be one of %s.'
                                % (version, ', '.join(VERSIONS)))
    _complain(_compiled(version), mapping)


def check_projects(projects):
    """BadRequest unless these are projects as a local rule lists them."""
    _complain(_compiled('projects'), projects)


@functools.cache
def _compiled(version):
    return jsonschema_rs.Draft7Validator(SCHEMAS.get(version, PROJECTS))


def _complain(check, document):
    found = sorted(error.message for error in check.iter_errors(document))
    if found:
        raise errors.BadRequest('\n'.join(found))
