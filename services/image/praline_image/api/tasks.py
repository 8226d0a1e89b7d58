# SPDX-License-Identifier: Apache-2.0
"""Tasks: the image service's operations as clients of its import know them."""
import datetime

from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.db import images, tasks

_STATUS = {'pending': 'pending', 'running': 'processing', 'undoing': 'processing', 'done': 'success',
           'failed': 'failure', 'cancelled': 'failure'}


def view(row):
    """An import operation as a task of type api_image_import."""
    created, ended = _stamp(row['created_at']), row['ended_at']
    return {'id': row['id'], 'type': 'api_image_import', 'status': _STATUS[row['state']],
            'input': {'image_id': row['resource_id'], 'import_req': row['arguments']['request']},
            'result': {'image_id': row['resource_id']} if row['state'] == 'done' else None,
            'message': row['cause'] or '', 'owner': row['project_id'], 'owner_id': row['project_id'],
            'user_id': row['user_id'], 'request_id': row['request_id'], 'image_id': row['resource_id'],
            'created_at': created, 'updated_at': _stamp(ended) if ended else created,
            'expires_at': _stamp(ended + 172800) if ended else None,
            'self': '/v2/tasks/' + row['id'], 'schema': '/v2/schemas/task'}


def _stamp(seconds):
    return time(datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None))


class ImageTasks(Controller):
    """GET /v2/images/{id}/tasks."""

    @operation('get_image', policy=READ, item=images.get)
    def get_all(self, req, image):
        with self.db.read() as conn:
            return {'tasks': [view(row) for row in tasks.list_(conn, image_id=image['id'])]}


class Tasks(Controller):
    """The tasks API is the operators'; imports are started at the image."""

    @operation('tasks_api_access', policy=policy.ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            found = tasks.list_(conn)
        return {'tasks': [_short(view(row)) for row in found], 'first': '/v2/tasks', 'schema': '/v2/schemas/tasks'}

    @operation('get_task', policy=policy.ADMIN, item=tasks.get)
    def get_one(self, req, task):
        return view(task)

    @operation('add_task', policy=policy.ADMIN)
    def post(self, req):
        raise errors.BadRequest('Tasks are not created here: POST /v2/images/{image_id}/import starts one')


def _short(task):
    return {name: value for name, value in task.items() if name not in ('input', 'result', 'message')}
