# SPDX-License-Identifier: Apache-2.0
"""Quotas of projects."""
from praline_common.api.rest import Controller, operation
from praline_common.policy import ADMIN, READER
from praline_network import errors
from praline_network.api.attributes import BOOLEAN, INTEGER, to_boolean
from praline_network.db import quotas

_LIMITS = {'type': 'object', 'required': ['quota'], 'additionalProperties': False, 'properties': {'quota': {
    'type': 'object', 'additionalProperties': False, 'properties': {
        **{name: INTEGER for name in quotas.TABLES}, 'tenant_id': {'type': 'string'}, 'project_id': {'type': 'string'},
        'check_limit': BOOLEAN, 'force': BOOLEAN}}}}


def _of_path(self, req, project_id, *body):
    return {'project_id': project_id}


class Quotas(Controller):

    @operation('get_quotas', policy=ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            found = quotas.list(conn, self.runtime.options)
        return {'quotas': [{**row, 'tenant_id': row['project_id']} for row in found]}

    @operation('get_quota', policy=READER, target=_of_path)
    def get_one(self, req, project_id):
        with self.db.read() as conn:
            return {'quota': quotas.get(conn, project_id, self.runtime.options)}

    @operation('update_quota', policy=ADMIN, target=_of_path, body=_LIMITS)
    def put(self, req, project_id, body):
        limits = {name: int(value) for name, value in body['quota'].items() if name in quotas.TABLES}
        for name, value in limits.items():
            if value < -1:
                raise errors.invalid("%d is no limit: quota of %s is -1 for any number, or how many" % (value, name))
        with self.db.write() as conn:
            if to_boolean(body['quota'].get('check_limit', False)):
                quotas.check_limits(conn, project_id, limits)
            quotas.save(conn, project_id, limits)
            return {'quota': quotas.get(conn, project_id, self.runtime.options)}

    @operation('delete_quota', policy=ADMIN, target=_of_path, status=204)
    def delete(self, req, project_id):
        with self.db.write() as conn:
            quotas.delete(conn, project_id)


class QuotaTenant(Controller):
    """GET /quotas/tenant and /quotas/project: whose token this is."""

    @operation('get_quota_tenant', policy=READER)
    def get_all(self, req):
        return {'tenant': {'tenant_id': req.context.project_id, 'project_id': req.context.project_id}}


class QuotaDefaults(Controller):

    @operation('get_quota_defaults', policy=READER, target=_of_path)
    def get_all(self, req, project_id):
        return {'quota': quotas.defaults(self.runtime.options)}


class QuotaDetails(Controller):

    @operation('get_quota_details', policy=READER, target=_of_path)
    def get_all(self, req, project_id):
        with self.db.read() as conn:
            limits = quotas.get(conn, project_id, self.runtime.options)
            used = quotas.used(conn, project_id)
        return {'quota': {name: {'limit': limit, 'used': used[name], 'reserved': 0}
                          for name, limit in limits.items()}}
