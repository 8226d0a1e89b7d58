# SPDX-License-Identifier: Apache-2.0
"""The schemas that clients read to know what an image, a member and a task look like."""
from praline_common import errors
from praline_common.api.rest import Controller, operation
from praline_image.api.images import schema
from praline_image.api.images.controller import READ
from praline_image.api.metadefs import schema as metadefs

_TEXT, _TIME = {'type': 'string'}, {'type': 'string', 'description': 'Date and time'}
MEMBER = {'name': 'member', 'properties': {
    'created_at': _TIME, 'image_id': {**_TEXT, 'pattern': schema.UUID}, 'member_id': _TEXT, 'schema': _TEXT,
    'status': {'type': 'string', 'enum': ['pending', 'accepted', 'rejected']}, 'updated_at': _TIME}}
TASK = {'name': 'task', 'properties': {
    'id': {**_TEXT, 'pattern': schema.UUID}, 'type': {'type': 'string', 'enum': ['import', 'api_image_import']},
    'status': {'type': 'string', 'enum': ['pending', 'processing', 'success', 'failure']},
    'input': {'type': ['null', 'object']}, 'result': {'type': ['null', 'object']}, 'owner': _TEXT,
    'message': _TEXT, 'expires_at': {'type': ['null', 'string']}, 'created_at': _TIME, 'updated_at': _TIME,
    'self': {**_TEXT, 'readOnly': True}, 'schema': {**_TEXT, 'readOnly': True}}}


def collection(name, item, **more):
    """The schema of a list of these items with links to its pages."""
    return {'name': name, 'properties': {
        name: {'type': 'array', 'items': item}, 'first': _TEXT, 'next': _TEXT, 'schema': _TEXT},
        'links': [{'rel': 'first', 'href': '{first}'}, {'rel': 'next', 'href': '{next}'},
                  {'rel': 'describedby', 'href': '{schema}'}], **more}


_MEMBERS = collection('members', MEMBER)
_MEMBERS['properties'] = {'members': _MEMBERS['properties']['members'], 'schema': _TEXT}
_MEMBERS['links'] = [{'rel': 'describedby', 'href': '{schema}'}]
DOCUMENTS = {'image': schema.IMAGE, 'images': collection('images', schema.IMAGE), 'member': MEMBER,
             'members': _MEMBERS, 'task': TASK, 'tasks': collection('tasks', TASK)}


class Schemas(Controller):

    @operation('image:schemas', policy=READ)
    def get_one(self, req, name):
        if name not in DOCUMENTS:
            raise errors.NotFound('There is no schema %s' % name)
        return DOCUMENTS[name]


class MetadefSchemas(Controller):

    @operation('image:schemas', policy=READ)
    def get_one(self, req, name):
        if name not in metadefs.DOCUMENTS:
            raise errors.NotFound('There is no schema metadefs/%s' % name)
        return metadefs.DOCUMENTS[name]
