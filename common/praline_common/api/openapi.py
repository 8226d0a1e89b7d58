# SPDX-License-Identifier: Apache-2.0
"""An OpenAPI 3.1 document made from what a service's operations declare of themselves."""
from http import HTTPStatus
import re

from praline_common.api import rest
from praline_common.api.microversion import at, show

_METHODS = {'get_all': 'get', 'post': 'post', 'put_all': 'put', 'patch_all': 'patch', 'delete_all': 'delete',
            'get_one': 'get', 'post_one': 'post', 'put': 'put', 'patch': 'patch', 'delete': 'delete', 'head': 'head'}
_EMPTY = (204, 205, 304)
_JSON = 'application/json'
_MOUNTS = {'scheduler': 'placement'}
_COLLECTION = set(rest.COLLECTION.values())


def document(service, api, version=None):
    """The document of one service at one microversion, (major, minor); default the newest."""
    if api.history:
        version = version or api.history.last
    paths = {}
    for template, controller in api.routes:
        for name, declared in _operations(controller):
            if version is None or declared.versions(version):
                _add(paths, template, controller, name, declared, version)
    shared = [{'$ref': '#/components/parameters/version'}] if api.history else []
    return {'openapi': '3.1.0', 'info': {'title': 'Praline ' + service, 'version': show(version) if version else '1'},
            'servers': [{'url': '/' + _MOUNTS.get(service, service)}], 'security': [{'token': []}],
            'paths': {path: {**({'parameters': shared} if shared else {}), **entry} for path, entry in paths.items()},
            'components': _components(api.history)}


def _components(history):
    components = {
        'securitySchemes': {'token': {'type': 'apiKey', 'in': 'header', 'name': 'X-Auth-Token'}},
        'responses': {'error': {'description': 'Refused, in the envelope of this service',
                                'content': {_JSON: {'schema': {'type': 'object'}}}}}}
    if history:
        components['parameters'] = {'version': {
            'name': 'OpenStack-API-Version', 'in': 'header', 'description': 'from %s to %s, or latest' % (
                show(history.first), show(history.last)),
            'schema': {'type': 'string', 'enum': ['%s %s' % (history.service_type, version) for version in (
                show(history.first), show(history.last), 'latest')]}}}
    return components


def _operations(controller):
    for name in sorted(dir(controller)):
        declared = getattr(getattr(controller, name), 'operation', None)
        if declared is not None:
            yield name, declared


def _add(paths, template, controller, name, declared, version):
    path, method = _place(template, controller, name, declared)
    entry = paths.setdefault(path, {})
    described = _describe(path, method, declared, version)
    summary = (getattr(controller, name).__doc__ or '').strip().partition('\n')[0]
    if summary:
        described['summary'] = summary
    if declared.action and method in entry:
        _also(entry[method], described)
    else:
        entry[method] = described


def _place(template, controller, name, declared):
    if declared.action:
        return template, 'post'
    for word, prefix in controller.views.items():
        if name.startswith(prefix + '_'):
            return '%s/%s' % (template, word), name.rpartition('_')[2]
    if name in _COLLECTION:
        return template, _METHODS[name]
    return '%s/{%s}' % (template.rstrip('/'), 'item_id' if '{id}' in template else 'id'), _METHODS[name]


def _describe(path, method, declared, version):
    version = version or (0, 0)
    found = {'operationId': '%s %s' % (method.upper(), path), 'x-policy': declared.name,
             'parameters': _parameters(path, at(declared.query, version)),
             'responses': _responses(path, declared, version)}
    body = at(declared.body, version)
    if declared.raw:
        found['requestBody'] = {'required': True, 'content': {declared.consumes: {}}}
    elif body is not None:
        found['requestBody'] = {'required': not declared.optional_body, 'content': {declared.consumes: {'schema': body}}}
    if declared.public:
        found['security'] = []
    return found


def _parameters(path, query):
    found = [{'name': name, 'in': 'path', 'required': True, 'schema': {'type': 'string', 'minLength': 1}}
             for name in re.findall(r'{(\w+)}', path)]
    required = (query or {}).get('required', ())
    for name, schema in (query or {}).get('properties', {}).items():
        found.append({'name': name, 'in': 'query', 'schema': schema, **({'required': True} if name in required else {})})
    return found


def _responses(path, declared, version):
    """The status of success, those of what the kit checks, and the rest under `default`."""
    status = at(declared.status, version)
    success = {'description': HTTPStatus(status).phrase}
    if status not in _EMPTY:
        success['content'] = {declared.produces: {}}
    refused = [400] * bool(declared.body is not None or declared.query is not None) + [404] * ('{' in path)
    if not declared.public:
        refused += [401, 403]
    error = {'$ref': '#/components/responses/error'}
    return {str(status): success, **{str(code): error for code in sorted(refused)}, 'default': error}


def _also(entry, described):
    """Several actions share one path: the body is one of theirs."""
    schemas = [part.get('requestBody', {}).get('content', {}).get(_JSON, {}).get('schema', {})
               for part in (entry, described)]
    choices = schemas[0].get('oneOf', [schemas[0]]) + [schemas[1]]
    entry['requestBody'] = {'required': True, 'content': {_JSON: {'schema': {'oneOf': choices}}}}
    entry['x-policy'] += ', ' + described['x-policy']
    entry['responses'] = {**described['responses'], **entry['responses']}
