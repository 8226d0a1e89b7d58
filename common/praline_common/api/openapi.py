# SPDX-License-Identifier: Apache-2.0
"""An OpenAPI 3.1 document made from what a service's operations declare of themselves."""
import re

from praline_common.api import rest
from praline_common.api.microversion import at, show

_METHODS = {'get_all': 'get', 'post': 'post', 'put_all': 'put', 'patch_all': 'patch', 'delete_all': 'delete',
            'get_one': 'get', 'post_one': 'post', 'put': 'put', 'patch': 'patch', 'delete': 'delete', 'head': 'head'}
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
    return {'openapi': '3.1.0', 'paths': paths,
            'info': {'title': 'Praline ' + service, 'version': show(version) if version else '1'}}


def _operations(controller):
    for name in sorted(dir(controller)):
        declared = getattr(getattr(controller, name), 'operation', None)
        if declared is not None:
            yield name, declared


def _add(paths, template, controller, name, declared, version):
    path, method = _place(template, controller, name, declared)
    entry = paths.setdefault(path, {})
    described = _describe(path, declared, version)
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
    return '%s/{id}' % template.rstrip('/'), _METHODS[name]


def _describe(path, declared, version):
    found = {'operationId': declared.name, 'parameters': [
        {'name': name, 'in': 'path', 'required': True, 'schema': {'type': 'string'}}
        for name in re.findall(r'{(\w+)}', path)],
        'responses': {str(at(declared.status, version or (0, 0))): {'description': 'done'},
                      'default': {'description': 'the error, in the envelope of this service'}}}
    query = at(declared.query, version or (0, 0))
    for name, schema in (query or {}).get('properties', {}).items():
        found['parameters'].append({'name': name, 'in': 'query', 'schema': schema})
    body = at(declared.body, version or (0, 0))
    if body is not None:
        found['requestBody'] = {'required': not declared.optional_body,
                                'content': {'application/json': {'schema': body}}}
    if declared.public:
        found['security'] = []
    return found


def _also(entry, described):
    """Several actions share one path: the body is one of theirs."""
    schemas = [part.get('requestBody', {}).get('content', {}).get('application/json', {}).get('schema', {})
               for part in (entry, described)]
    choices = schemas[0].get('oneOf', [schemas[0]]) + [schemas[1]]
    entry['requestBody'] = {'required': True, 'content': {'application/json': {'schema': {'oneOf': choices}}}}
    entry['operationId'] += ', ' + described['operationId']
