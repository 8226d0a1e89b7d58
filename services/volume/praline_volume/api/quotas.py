# SPDX-License-Identifier: Apache-2.0
"""`/v3/os-quota-sets` of projects, and `/v3/os-quota-class-sets` of the defaults."""
from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN, READER
from praline_volume.api.forms import only
from praline_volume.db import filters
from praline_volume.db import quotas
from praline_volume.intake import quota

_LIMIT = {'type': ['integer', 'string'], 'pattern': '^-?[0-9]+$', 'minimum': -1, 'maximum': 2147483647,
          'maxLength': 10}
_SET = {'type': 'object', 'additionalProperties': _LIMIT,
        'properties': {'tenant_id': {}, 'skip_validation': {}, 'id': {}}}
UPDATE = only('quota_set', _SET, skip_validation={})
UPDATE_CLASS = only('quota_class_set', _SET)
NO_QUOTA = ('tenant_id', 'skip_validation', 'id')


def of_path(controller, req, project_id, *body):
    """The policy is asked about the project that the path names."""
    return {'project_id': project_id}


class QuotaSets(rest.Controller):

    @rest.operation('volume_extension:quotas:show', policy=READER, target=of_path)
    def get_one(self, req, project_id):
        usage = filters.truth('usage', req.GET.get('usage', 'false'))
        with self.db.read() as conn:
            found = quota.limits(conn, self.conf, project_id)
            if usage:
                used = quotas.usage(conn, project_id)
                found = {name: {'limit': limit, 'in_use': used.get(name, 0), 'reserved': 0}
                         for name, limit in found.items()}
        return {'quota_set': {**found, 'id': project_id}}

    @rest.operation('volume_extension:quotas:update', policy=ADMIN, body=UPDATE)
    def put(self, req, project_id, body):
        with self.db.write() as conn:
            values = _checked(body['quota_set'], quota.defaults(conn, self.conf))
            used = quotas.usage(conn, project_id)
            for name, limit in values.items():
                if 0 <= limit < used.get(name, 0):
                    raise errors.BadRequest(f'Quota {name} cannot be {limit}: {used[name]} are in use.')
            quotas.set_limits(conn, project_id, values)
            return {'quota_set': quota.limits(conn, self.conf, project_id)}

    @rest.operation('volume_extension:quotas:delete', policy=ADMIN)
    def delete(self, req, project_id):
        with self.db.write() as conn:
            quotas.delete_limits(conn, project_id)


class QuotaDefaults(rest.Controller):
    """`/v3/os-quota-sets/{id}/defaults`."""

    @rest.operation('volume_extension:quotas:show', policy=READER, target=of_path)
    def get_all(self, req, project_id):
        with self.db.read() as conn:
            return {'quota_set': {**quota.defaults(conn, self.conf), 'id': project_id}}


class QuotaClassSets(rest.Controller):

    @rest.operation('volume_extension:quota_classes:get', policy=ADMIN)
    def get_one(self, req, name):
        with self.db.read() as conn:
            return {'quota_class_set': {**self._limits(conn, name), 'id': name}}

    @rest.operation('volume_extension:quota_classes:update', policy=ADMIN, body=UPDATE_CLASS)
    def put(self, req, name, body):
        with self.db.write() as conn:
            known = quota.defaults(conn, self.conf)
            quotas.set_class_limits(conn, name, _checked(body['quota_class_set'], known))
            return {'quota_class_set': self._limits(conn, name)}

    def _limits(self, conn, name):
        return {**quota.defaults(conn, self.conf), **quotas.class_limits(conn, name)}


def _checked(values, known):
    wanted = {name: int(limit) for name, limit in values.items() if name not in NO_QUOTA}
    for name in wanted:
        if name not in known:
            raise errors.BadRequest(f'Bad key in quota set: {name}')
    return wanted
