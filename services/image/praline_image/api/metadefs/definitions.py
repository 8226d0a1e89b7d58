# SPDX-License-Identifier: Apache-2.0
"""Objects, properties and tags of a namespace: the same five operations on three kinds."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.api.metadefs import schema
from praline_image.db import metadefs

PLURAL = {'object': 'objects', 'property': 'properties', 'tag': 'tags'}


def view(row):
    """A definition as clients see it; a property shows just what was defined."""
    shown = {**row['body'], 'name': row['name']}
    if row['kind'] == 'property':
        return shown
    if row['kind'] == 'object':
        shown.update(required=shown.get('required', []), properties=shown.get('properties', {}))
    shown['created_at'], shown['updated_at'] = time(row['created_at']), time(row['updated_at'])
    shown['self'] = '/v2/metadefs/namespaces/%s/%s/%s' % (row['namespace'], PLURAL[row['kind']], row['name'])
    shown['schema'] = '/v2/schemas/metadefs/' + row['kind']
    return shown


def bare(body):
    """What of a body is kept: not the name, which is a column, nor the links, which are made."""
    return {key: value for key, value in body.items()
            if key not in ('name', 'self', 'schema', 'created_at', 'updated_at')}


def load(kind):
    """The item of operations on a definition: it, with its namespace's project_id and protected; NotFound of either."""
    def item(conn, context, namespace, name):
        within = metadefs.get_namespace(conn, context, namespace)
        return {**metadefs.get(conn, namespace, kind, name), 'project_id': within['project_id'],
                'protected': within['protected']}
    return item


def namespace_of(controller, req, namespace, *rest):
    """The target of what is made in a namespace: who does not see it is told that it is not there."""
    with controller.db.read() as conn:
        return metadefs.get_namespace(conn, req.context, namespace)


class _Definitions(Controller):
    """The work; each kind declares its operations, because each has its own rules' names."""

    kind = None

    def _list(self, namespace):
        plural = PLURAL[self.kind]
        with self.db.read() as conn:
            rows = metadefs.list_(conn, [namespace['namespace']], self.kind)
        found = {row['name']: view(row) for row in rows} if self.kind == 'property' else [view(row) for row in rows]
        return {plural: found, 'schema': '/v2/schemas/metadefs/' + plural,
                'first': '/v2/metadefs/namespaces/%s/%s' % (namespace['namespace'], plural)}

    def _create(self, namespace, name, body):
        with self.db.write() as conn:
            return view(metadefs.create(conn, namespace, self.kind, name, bare(body)))

    def _save(self, namespace, defined, body):
        name = defined['name']
        with self.db.write() as conn:
            metadefs.get(conn, namespace, self.kind, name)
            return view(metadefs.save(conn, namespace, self.kind, name, bare(body), body.get('name', name)))

    def _delete(self, namespace, defined):
        self._unprotected({'namespace': namespace, **defined})
        with self.db.write() as conn:
            metadefs.delete(conn, namespace, self.kind, defined['name'])

    def _clear(self, namespace):
        self._unprotected(namespace)
        with self.db.write() as conn:
            metadefs.clear(conn, namespace['namespace'], self.kind)

    @staticmethod
    def _unprotected(namespace):
        if namespace['protected']:
            raise errors.Forbidden('Namespace %s is protected; nothing of it can be deleted.' % namespace['namespace'])


class Objects(_Definitions):
    kind = 'object'

    @operation('get_metadef_objects', policy=READ, item=metadefs.get_namespace)
    def get_all(self, req, namespace):
        return self._list(namespace)

    @operation('add_metadef_object', policy=policy.ADMIN, item=metadefs.get_namespace, body=schema.OBJECT, status=201)
    def post(self, req, namespace, body):
        return self._create(namespace['namespace'], body['name'], body)

    @operation('delete_metadef_object', policy=policy.ADMIN, item=metadefs.get_namespace, status=204)
    def delete_all(self, req, namespace):
        self._clear(namespace)

    @operation('get_metadef_object', policy=READ, item=load('object'))
    def get_one(self, req, namespace, defined):
        return view(defined)

    @operation('modify_metadef_object', policy=policy.ADMIN, item=load('object'), body=schema.OBJECT)
    def put(self, req, namespace, defined, body):
        return self._save(namespace, defined, body)

    @operation('delete_metadef_object', policy=policy.ADMIN, item=load('object'), status=204)
    def delete(self, req, namespace, defined):
        self._delete(namespace, defined)


class Properties(_Definitions):
    kind = 'property'

    @operation('get_metadef_properties', policy=READ, item=metadefs.get_namespace)
    def get_all(self, req, namespace):
        return self._list(namespace)

    @operation('add_metadef_property', policy=policy.ADMIN, item=metadefs.get_namespace, body=schema.PROPERTY,
               status=201)
    def post(self, req, namespace, body):
        if 'name' not in body:
            raise errors.BadRequest('name: a property needs one')
        return self._create(namespace['namespace'], body['name'], body)

    @operation('remove_metadef_property', policy=policy.ADMIN, item=metadefs.get_namespace, status=204)
    def delete_all(self, req, namespace):
        self._clear(namespace)

    @operation('get_metadef_property', policy=READ, item=load('property'))
    def get_one(self, req, namespace, defined):
        return view(defined)

    @operation('modify_metadef_property', policy=policy.ADMIN, item=load('property'), body=schema.PROPERTY)
    def put(self, req, namespace, defined, body):
        return self._save(namespace, defined, body)

    @operation('remove_metadef_property', policy=policy.ADMIN, item=load('property'), status=204)
    def delete(self, req, namespace, defined):
        self._delete(namespace, defined)


class Tags(_Definitions):
    kind = 'tag'

    @operation('get_metadef_tags', policy=READ, item=metadefs.get_namespace)
    def get_all(self, req, namespace):
        return self._list(namespace)

    @operation('add_metadef_tags', policy=policy.ADMIN, item=metadefs.get_namespace, body=schema.TAGS, status=201)
    def post(self, req, namespace, body):
        """Replaces all tags of the namespace, unless `X-Openstack-Append: True` adds to them."""
        with self.db.write() as conn:
            if req.headers.get('X-Openstack-Append', '').lower() != 'true':
                metadefs.clear(conn, namespace['namespace'], self.kind)
            for tag in body['tags']:
                metadefs.create(conn, namespace['namespace'], self.kind, tag['name'], {})
        return {'tags': [{'name': tag['name']} for tag in body['tags']]}

    @operation('delete_metadef_tags', policy=policy.ADMIN, item=metadefs.get_namespace, status=204)
    def delete_all(self, req, namespace):
        self._clear(namespace)

    @operation('get_metadef_tag', policy=READ, item=load('tag'))
    def get_one(self, req, namespace, defined):
        return view(defined)

    @operation('add_metadef_tag', policy=policy.ADMIN, target=namespace_of, status=201)
    def post_one(self, req, namespace, name):
        return self._create(namespace, name, {})

    @operation('modify_metadef_tag', policy=policy.ADMIN, item=load('tag'), body=schema.TAG)
    def put(self, req, namespace, defined, body):
        return self._save(namespace, defined, body)

    @operation('delete_metadef_tag', policy=policy.ADMIN, item=load('tag'), status=204)
    def delete(self, req, namespace, defined):
        self._delete(namespace, defined)
