# SPDX-License-Identifier: Apache-2.0
"""Limits of projects and users: /os-quota-sets, and of classes: /os-quota-class-sets."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, Since, operation
from praline_compute.api import types
from praline_compute.db import quotas

_LIMIT = {'type': ['integer', 'string'], 'pattern': '^-?[0-9]+$', 'minimum': -1, 'maximum': 0x7FFFFFFF}
_WITHOUT_NETWORK = tuple(name for name in quotas.RESOURCES if name not in quotas.NETWORK)
_WITHOUT_FILES = tuple(name for name in _WITHOUT_NETWORK if name not in quotas.INJECTED)
_SHOWN = Since(v2_1=quotas.RESOURCES, v2_36=_WITHOUT_NETWORK, v2_57=_WITHOUT_FILES)
_OF_CLASS = Since(v2_1=tuple(name for name in quotas.RESOURCES if name not in quotas.GROUPS),
                  v2_50=_WITHOUT_NETWORK, v2_57=_WITHOUT_FILES)
_QUERY = Since(v2_1=types.query(user_id=types.TEXT), v2_75=types.query(open_=False, user_id=types.TEXT))


def _body(word, names, **more):
    return types.wrapped(word, types.closed(**dict.fromkeys(names, _LIMIT), **more))


_UPDATE = Since(**{since: _body('quota_set', names, force=types.BOOLEAN) for since, names in (
    ('v2_1', quotas.RESOURCES), ('v2_36', _WITHOUT_NETWORK), ('v2_57', _WITHOUT_FILES))})
_UPDATE_CLASS = Since(**{since: _body('quota_class_set', names) for since, names in (
    ('v2_1', quotas.RESOURCES), ('v2_50', _WITHOUT_NETWORK), ('v2_57', _WITHOUT_FILES))})


def _of_path(controller, req, project_id, *_body):
    return {'project_id': project_id}


class _QuotaSets(Controller):

    def _check_project(self, req, project_id):
        if not self.runtime.contracts.identity.project_exists(req.context, project_id):
            raise errors.BadRequest('Project ID %s is not a valid project.' % project_id)

    def _answer(self, req, values, project_id=None):
        shown = {name: values[name] for name in _SHOWN.at(req.version)}
        return {'quota_set': {'id': project_id, **shown} if project_id else shown}


class QuotaSets(_QuotaSets):

    @operation('os_compute_api:os-quota-sets:show', policy=policy.READER, target=_of_path, query=_QUERY)
    def get_one(self, req, project_id):
        self._check_project(req, project_id)
        with self.db.read() as conn:
            found = quotas.limits(conn, self.runtime.options, project_id, req.GET.get('user_id'))
        return self._answer(req, found, project_id)

    @operation('os_compute_api:os-quota-sets:update', policy=policy.ADMIN, target=_of_path, query=_QUERY, body=_UPDATE)
    def put(self, req, project_id, body):
        """Not below what is used, unless forced; a user's not above the project's."""
        self._check_project(req, project_id)
        user_id = req.GET.get('user_id')
        values = {name: int(value) for name, value in body['quota_set'].items() if name != 'force'}
        with self.db.write() as conn:
            if not types.truth(body['quota_set'].get('force', False)):
                self._check_values(conn, project_id, user_id, values)
            quotas.save(conn, project_id, user_id, values)
            found = quotas.limits(conn, self.runtime.options, project_id, user_id)
        return self._answer(req, found)

    @operation('os_compute_api:os-quota-sets:delete', policy=policy.ADMIN, target=_of_path, query=_QUERY, status=202)
    def delete(self, req, project_id):
        with self.db.write() as conn:
            quotas.delete(conn, project_id, req.GET.get('user_id'))

    def _check_values(self, conn, project_id, user_id, values):
        used = quotas.usage(conn, project_id, user_id)
        most = quotas.limits(conn, self.runtime.options, project_id) if user_id else {}
        for name, value in values.items():
            if 0 <= value < used[name]:
                raise errors.BadRequest('Quota limit %d for %s must be greater than or equal to already used and '
                                        'reserved %d.' % (value, name, used[name]))
            if 0 <= most.get(name, -1) and not 0 <= value <= most[name]:
                raise errors.BadRequest('Quota limit %d for %s must be less than or equal to %d.'
                                        % (value, name, most[name]))


class QuotaDefaults(_QuotaSets):
    """GET /os-quota-sets/{project}/defaults."""

    @operation('os_compute_api:os-quota-sets:defaults', policy=policy.ANYONE)
    def get_all(self, req, project_id):
        self._check_project(req, project_id)
        with self.db.read() as conn:
            return self._answer(req, quotas.of_class(conn, self.runtime.options), project_id)


class QuotaDetail(_QuotaSets):
    """GET /os-quota-sets/{project}/detail: limits with what is used of them."""

    @operation('os_compute_api:os-quota-sets:detail', policy=policy.READER, target=_of_path, query=_QUERY)
    def get_all(self, req, project_id):
        self._check_project(req, project_id)
        user_id = req.GET.get('user_id')
        with self.db.read() as conn:
            limits = quotas.limits(conn, self.runtime.options, project_id, user_id)
            used = quotas.usage(conn, project_id, user_id)
        return self._answer(req, {name: {'limit': limit, 'in_use': used[name], 'reserved': 0}
                                  for name, limit in limits.items()}, project_id)


class QuotaClassSets(Controller):

    @operation('os_compute_api:os-quota-class-sets:show', policy=policy.ADMIN)
    def get_one(self, req, name):
        with self.db.read() as conn:
            found = quotas.of_class(conn, self.runtime.options, name)
        return {'quota_class_set': {'id': name, **{key: found[key] for key in _OF_CLASS.at(req.version)}}}

    @operation('os_compute_api:os-quota-class-sets:update', policy=policy.ADMIN, body=_UPDATE_CLASS)
    def put(self, req, name, body):
        if len(name) > 255:
            raise errors.BadRequest('quota_class_name has %d characters, more than 255.' % len(name))
        with self.db.write() as conn:
            quotas.save_class(conn, name, {key: int(value) for key, value in body['quota_class_set'].items()})
            found = quotas.of_class(conn, self.runtime.options, name)
        return {'quota_class_set': {key: found[key] for key in _OF_CLASS.at(req.version)}}
