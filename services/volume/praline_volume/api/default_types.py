# SPDX-License-Identifier: Apache-2.0
"""`/v3/default-types`: the volume type a project's volumes get when they name none (3.62)."""
from praline_common import errors
from praline_common.api import rest
from praline_common.policy import ADMIN
from praline_volume.api import forms
from praline_volume.api.forms import fields, only
from praline_volume.db import types

SET = only('default_type', fields({'volume_type': forms.NAME}, ['volume_type']))


class DefaultTypes(rest.Controller):

    @rest.operation('volume_extension:default_get_all', policy=ADMIN, since='3.62')
    def get_all(self, req):
        with self.db.read() as conn:
            found = types.defaults(conn)
        return {'default_types': [_view(project, type_id) for project, type_id in found.items()]}

    @rest.operation('volume_extension:default_get', policy=ADMIN, since='3.62')
    def get_one(self, req, project_id):
        with self.db.read() as conn:
            found = types.defaults(conn, project_id)
        if not found:
            raise errors.NotFound(f'Default type for project {project_id} not found.')
        return {'default_type': _view(project_id, found[project_id])}

    @rest.operation('volume_extension:default_set_or_update', policy=ADMIN, body=SET, since='3.62')
    def put(self, req, project_id, body):
        if not self.runtime.contracts.identity.project_exists(req.context, project_id):
            raise errors.NotFound(f'Project {project_id} does not exist.')
        with self.db.write() as conn:
            volume_type = types.named(conn, req.context, body['default_type']['volume_type'])
            types.set_default(conn, project_id, volume_type['id'])
        return {'default_type': _view(project_id, volume_type['id'])}

    @rest.operation('volume_extension:default_unset', policy=ADMIN, status=204, since='3.62')
    def delete(self, req, project_id):
        with self.db.write() as conn:
            types.clear_default(conn, project_id)


def _view(project_id, type_id):
    return {'project_id': project_id, 'volume_type_id': type_id}
