# SPDX-License-Identifier: Apache-2.0
"""Resource types, and which of them a namespace speaks about."""
from praline_common import policy
from praline_common.api.rest import Controller, operation
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.api.metadefs import schema
from praline_image.api.metadefs.definitions import bare, load
from praline_image.db import metadefs

KIND = 'resource_type'
KNOWN = ('OS::Cinder::Volume', 'OS::Glance::Image', 'OS::Nova::Aggregate', 'OS::Nova::Flavor', 'OS::Nova::Server',
         'OS::Trove::Instance')
_BEGINNING = '2014-01-01T00:00:00Z'


def view(row):
    return {**row['body'], 'name': row['name'], 'created_at': time(row['created_at']),
            'updated_at': time(row['updated_at'])}


class ResourceTypes(Controller):

    @operation('list_metadef_resource_types', policy=READ)
    def get_all(self, req):
        """Those that come with the cloud, and those that a namespace was ever associated with."""
        with self.db.read() as conn:
            associated = metadefs.names(conn, KIND)
        return {'resource_types': [{'name': name, 'created_at': _BEGINNING, 'updated_at': _BEGINNING}
                                   for name in sorted({*KNOWN, *associated})]}


class Associations(Controller):

    @operation('get_metadef_resource_type', policy=READ, item=metadefs.get_namespace)
    def get_all(self, req, namespace):
        with self.db.read() as conn:
            rows = metadefs.list_(conn, [namespace['namespace']], KIND)
        return {'resource_type_associations': [view(row) for row in rows]}

    @operation('add_metadef_resource_type_association', policy=policy.ADMIN, item=metadefs.get_namespace,
               body=schema.RESOURCE_TYPE, status=201)
    def post(self, req, namespace, body):
        with self.db.write() as conn:
            return view(metadefs.create(conn, namespace['namespace'], KIND, body['name'], bare(body)))

    @operation('remove_metadef_resource_type_association', policy=policy.ADMIN, item=load(KIND), status=204)
    def delete(self, req, namespace, defined):
        with self.db.write() as conn:
            metadefs.delete(conn, namespace, KIND, defined['name'])
