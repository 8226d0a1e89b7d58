# SPDX-License-Identifier: Apache-2.0
"""Namespaces: what belongs together, with everything that is defined in it."""
from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, operation
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.api.metadefs import definitions, resource_types, schema
from praline_image.db import metadefs

_COLUMNS = ('namespace', 'display_name', 'description', 'visibility', 'protected', 'owner')
_SORT = ('namespace', 'created_at', 'updated_at')


def view(row, defined, whole=False):
    """whole: with objects, properties and tags, not just the resource types."""
    shown = {name: row[name] for name in _COLUMNS if row[name] is not None}
    shown.update(created_at=time(row['created_at']), updated_at=time(row['updated_at']),
                 self='/v2/metadefs/namespaces/' + row['namespace'], schema='/v2/schemas/metadefs/namespace')
    of_kind = {}
    for item in defined:
        if item['namespace'] == row['namespace']:
            of_kind.setdefault(item['kind'], []).append(item)
    shown['resource_type_associations'] = [resource_types.view(item) for item in of_kind.get('resource_type', ())]
    if whole:
        for kind in ('object', 'tag'):
            if kind in of_kind:
                shown[definitions.PLURAL[kind]] = [definitions.view(item) for item in of_kind[kind]]
        if 'property' in of_kind:
            shown['properties'] = {item['name']: definitions.view(item) for item in of_kind['property']}
    return shown


class Namespaces(Controller):

    @operation('get_metadef_namespaces', policy=READ)
    def get_all(self, req):
        page = paging.read(req, _SORT, [('created_at', 'desc')], default_limit=self.runtime.options.page)
        kinds = req.GET.get('resource_types')
        with self.db.read() as conn:
            rows = metadefs.list_namespaces(conn, req.context, page, req.GET.get('visibility'),
                                            kinds.split(',') if kinds else None)
            defined = metadefs.list_(conn, [row['namespace'] for row in rows], resource_types.KIND)
        body = {'namespaces': [view(row, defined) for row in rows], 'first': '/v2/metadefs/namespaces',
                'schema': '/v2/schemas/metadefs/namespaces'}
        if rows and len(rows) == page.limit:
            body['next'] = '/v2/metadefs/namespaces?marker=%s&limit=%d' % (rows[-1]['namespace'], page.limit)
        return body

    @operation('add_metadef_namespace', policy=policy.ADMIN, body=schema.NAMESPACE, status=201)
    def post(self, req, body):
        values = {'visibility': 'private', 'protected': False, 'owner': req.context.project_id,
                  **{name: body[name] for name in _COLUMNS if name in body}}
        name = body['namespace']
        with self.db.write() as conn:
            metadefs.create_namespace(conn, values)
            for kind, item_name, item in _inside(body):
                metadefs.create(conn, name, kind, item_name, definitions.bare(item))
            row, defined = metadefs.get_namespace(conn, req.context, name), metadefs.list_(conn, [name])
        return view(row, defined, whole=True)

    @operation('get_metadef_namespace', policy=READ, item=metadefs.get_namespace)
    def get_one(self, req, namespace):
        with self.db.read() as conn:
            defined = metadefs.list_(conn, [namespace['namespace']])
        return view(namespace, defined, whole=True)

    @operation('modify_metadef_namespace', policy=policy.ADMIN, item=metadefs.get_namespace, body=schema.NAMESPACE)
    def put(self, req, namespace, body):
        values = {'display_name': None, 'description': None, 'visibility': 'private', 'protected': False,
                  **{name: body[name] for name in _COLUMNS if name in body}}
        with self.db.write() as conn:
            metadefs.save_namespace(conn, namespace['namespace'], values)
            row = metadefs.get_namespace(conn, req.context.elevated(), values['namespace'])
            defined = metadefs.list_(conn, [values['namespace']], resource_types.KIND)
        return view(row, defined)

    @operation('delete_metadef_namespace', policy=policy.ADMIN, item=metadefs.get_namespace, status=204)
    def delete(self, req, namespace):
        if namespace['protected']:
            raise errors.Forbidden('Metadata definition namespace %s is protected and cannot be deleted.'
                                   % namespace['namespace'])
        with self.db.write() as conn:
            metadefs.delete_namespace(conn, namespace['namespace'])


def _inside(body):
    """Yield (kind, name, body) of all that a namespace's body defines within it."""
    for word, kind in (('resource_type_associations', 'resource_type'), ('objects', 'object'), ('tags', 'tag')):
        for item in body.get(word, ()):
            yield kind, item['name'], item
    for name, item in body.get('properties', {}).items():
        yield 'property', name, item
