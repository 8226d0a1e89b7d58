# SPDX-License-Identifier: Apache-2.0
"""Tasks: the image service's operations as clients of its import know them."""
import datetime

from praline_common import policy
from praline_common.api.rest import Controller, operation
from praline_image import values
from praline_image.api.images import schema
from praline_image.api.images.controller import READ
from praline_image.api.images.view import time
from praline_image.db import images, tasks

_PROPERTIES = {**schema.BODY, 'properties': {
    **{name: schema.PROPERTIES[name] for name in (*schema.SETTABLE, 'tags')},
    **dict.fromkeys((*schema.READ_ONLY, *schema.RESERVED, 'locations', 'id'), False)}}
CREATE = {'type': 'object', 'required': ['type', 'input'], 'properties': {
    'type': {'enum': ['import']},
    'input': {'type': 'object', 'required': ['import_from', 'import_from_format', 'image_properties'], 'properties': {
        'import_from': {'type': 'string'}, 'import_from_format': {'enum': list(schema.DISK_FORMATS)},
        'image_properties': _PROPERTIES}}}}
_STATUS = {'pending': 'pending', 'running': 'processing', 'undoing': 'processing', 'done': 'success',
           'failed': 'failure', 'cancelled': 'failure'}


def view(row):
    """An import operation as a task: of type import when the task made the image too."""
    created, ended, given = _stamp(row['created_at']), row['ended_at'], row['arguments']
    made = given.get('made', False)
    return {'id': row['id'], 'type': 'import' if made else 'api_image_import', 'status': _STATUS[row['state']],
            'input': given['request'] if made else {'image_id': row['resource_id'], 'import_req': given['request']},
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
    """The tasks API is the operators'; others start an import at the image."""

    @operation('tasks_api_access', policy=policy.ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            found = tasks.list_(conn)
        return {'tasks': [_short(view(row)) for row in found], 'first': '/v2/tasks', 'schema': '/v2/schemas/tasks'}

    @operation('get_task', policy=policy.ADMIN, item=tasks.get)
    def get_one(self, req, task):
        return view(task)

    @operation('add_task', policy=policy.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        """An import into an image that the task makes itself, and takes away again when it fails."""
        given = body['input']
        properties = dict(given['image_properties'])
        row = values.new(req.context.project_id)
        row.update({name: properties.pop(name) for name in schema.SETTABLE if name in properties})
        row.update(status='importing', tags=properties.pop('tags', []), properties=properties,
                   disk_format=row['disk_format'] or given['import_from_format'])
        row['container_format'] = row['container_format'] or 'bare'
        with self.db.write() as conn:
            images.create(conn, row)
            task_id = self.runtime.operations.start(
                conn, req.context, tasks.IMPORT, row['id'],
                {'request': given, 'method': 'web-download', 'uri': given['import_from'], 'made': True})
            return view(tasks.get(conn, req.context, task_id))


def _short(task):
    return {name: value for name, value in task.items() if name not in ('input', 'result', 'message')}
