# SPDX-License-Identifier: Apache-2.0
"""/v2.0, its version document, and /v2.0/extensions."""
from praline_common.api.rest import Reply, operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.versions import document_v2

_PAGES = 'https://docs.openstack.org/api-ref/identity/v2-ext/'
EXTENSIONS = {alias: {
    'alias': alias, 'name': name, 'description': text, 'updated': updated,
    'namespace': 'https://docs.openstack.org/identity/api/ext/%s/v1.0' % alias,
    'links': [{'rel': 'describedby', 'type': 'text/html', 'href': _PAGES}]} for alias, name, text, updated in (
        ('OS-KSADM', 'OpenStack Keystone Admin', 'Administration of tenants, users, roles and services.',
         '2013-07-11T17:14:00-00:00'),
        ('OS-KSCRUD', 'OpenStack Keystone User CRUD', 'Users change their own passwords.', '2013-07-07T12:00:00-00:00'))}


class Version2(Resource):

    @operation('identity:get_version', rules.ANYONE, public=True)
    def get_all(self, req):
        return Reply({'version': document_v2(self.base)}, headers={'Vary': 'X-Auth-Token'})


class Extensions(Resource):

    @operation('identity:get_version', rules.ANYONE, public=True)
    def get_all(self, req):
        return {'extensions': {'values': list(EXTENSIONS.values())}}

    @operation('identity:get_version', rules.ANYONE, public=True)
    def get_one(self, req, alias):
        if alias not in EXTENSIONS:
            raise errors.NotFound('Could not find: %s.' % alias)
        return {'extension': EXTENSIONS[alias]}
