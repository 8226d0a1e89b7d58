# SPDX-License-Identifier: Apache-2.0
"""/v3/projects/{id}/tags: short words that projects are found by."""
from praline_common.api.rest import Reply, operation
from praline_common.api import schema
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import projects as api
from praline_identity.api.resource import Resource
from praline_identity.db import projects

_ALL = {'type': 'object', 'required': ['tags'], 'properties': {'tags': parts.TAGS}}


def _tag_target(controller, req, project, *rest):
    return api.target(controller, req, project)


def _owner(conn, context, project_id, tag):
    """The project stands for the tag: permission is asked of it."""
    return {**projects.get(conn, project_id), 'tag': tag}


def _owner_target(controller, req, project_id, project):
    return api.target(controller, req, project)


class ProjectTags(Resource):

    @operation('identity:list_project_tags', api.READ, item=api.load, target=_tag_target)
    def get_all(self, req, project):
        with self.db.read() as conn:
            return self._shown(req, conn, project['id'])

    @operation('identity:update_project_tags', api.WRITE, item=api.load, target=_tag_target, body=_ALL)
    def put_all(self, req, project, body):
        with self.db.write() as conn:
            projects.set_tags(conn, project['id'], body['tags'])
            return self._shown(req, conn, project['id'])

    @operation('identity:delete_project_tags', api.WRITE, item=api.load, target=_tag_target, status=204)
    def delete_all(self, req, project):
        with self.db.write() as conn:
            projects.set_tags(conn, project['id'], [])

    @operation('identity:get_project_tag', api.READ, item=_owner, target=_owner_target, status=204)
    def get_one(self, req, project_id, project):
        with self.db.read() as conn:
            self._require(conn, project)

    @operation('identity:create_project_tag', api.WRITE, item=_owner, target=_owner_target, status=201)
    def put(self, req, project_id, project):
        schema.check_body(parts.TAG, project['tag'])
        with self.db.write() as conn:
            tags = [*projects.tags(conn, [project_id])[project_id], project['tag']]
            schema.check_body(parts.TAGS, list(dict.fromkeys(tags)))
            projects.set_tags(conn, project_id, tags)
        return Reply(b'', headers={'Location': self.url('projects', project_id, 'tags', project['tag'])})

    @operation('identity:delete_project_tag', api.WRITE, item=_owner, target=_owner_target, status=204)
    def delete(self, req, project_id, project):
        with self.db.write() as conn:
            tags = self._require(conn, project)
            projects.set_tags(conn, project_id, [tag for tag in tags if tag != project['tag']])

    def _require(self, conn, project):
        tags = projects.tags(conn, [project['id']])[project['id']]
        if project['tag'] not in tags:
            raise errors.NotFound('Could not find project tag: %s.' % project['tag'])
        return tags

    def _shown(self, req, conn, project_id):
        return {'tags': projects.tags(conn, [project_id])[project_id], 'links': {'self': self.here(req)}}
