# SPDX-License-Identifier: Apache-2.0
"""/praline/deletions: projects that go, with all they have in every service; /praline/projects/{id}/resources."""
from praline_common import policy
from praline_common.api.rest import operation
from praline_identity import clock
from praline_identity import deletions
from praline_identity.api import parts
from praline_identity.api.resource import Resource
from praline_identity.db import project_deletions
from praline_identity.db import projects

REQUEST = parts.wrapped('deletion', {
    'project_id': parts.ID, 'window': {'type': 'integer', 'minimum': 0, 'maximum': 366 * 86400}},
    ['project_id'], extra=False)


def _load(conn, context, project_id):
    return project_deletions.get(conn, project_id)


def _load_project(conn, context, project_id):
    return projects.get(conn, project_id)


class Deletions(Resource):
    """One waits, works or has failed for a project; it ends with the project, or when that is restored."""

    @operation('praline:deletions:list', policy=policy.ADMIN)
    def get_all(self, req):
        with self.db.read() as conn:
            return {'deletions': [view(row) for row in project_deletions.list(conn)]}

    @operation('praline:deletions:create', policy=policy.ADMIN, body=REQUEST, status=202)
    def post(self, req, body):
        """window: seconds in which it can be restored, 0 for none; without it as the service is set up."""
        given = body['deletion']
        with self.db.write() as conn:
            deletions.request(self.runtime, conn, req.context, given['project_id'],
                              given.get('window', self.options.deletion_seconds), self.tokens.longest)
            return {'deletion': view(project_deletions.get(conn, given['project_id']))}

    @operation('praline:deletions:show', policy=policy.ADMIN, item=_load)
    def get_one(self, req, row):
        return {'deletion': view(row)}

    @operation('praline:deletions:restore', policy=policy.ADMIN, item=_load, status=204)
    def delete(self, req, row):
        with self.db.write() as conn:
            deletions.restore(conn, row['project_id'])


class ProjectResources(Resource):
    """What would go with a project and those below it, asked of every service; nothing changes."""

    @operation('praline:projects:resources', policy=policy.ADMIN, item=_load_project)
    def get_all(self, req, project):
        with self.db.read() as conn:
            members = deletions.family(conn, project['id'])
            found = [dict(entry, service='identity') for entry in projects.resources(
                conn, [row['id'] for row in members])]
        for service in deletions.SERVICES:
            contract = getattr(self.runtime.contracts, service)
            found += _together(service, [contract.project_resources(req.context, row['id']) for row in members])
        return {'project': {'id': project['id'], 'name': project['name'], 'domain_id': project['domain_id']},
                'resources': found}


def _together(service, answers):
    """The entries of several projects, one a kind."""
    kinds = {}
    for entry in (entry for answer in answers for entry in answer):
        one = kinds.setdefault(entry['kind'], {
            'service': service, 'kind': entry['kind'], 'count': 0, 'size': None, 'unit': entry['unit'], 'things': []})
        one['count'] += entry['count']
        one['things'] += entry['things']
        if entry['size'] is not None:
            one['size'] = (one['size'] or 0) + entry['size']
    return list(kinds.values())


def view(row):
    left = max(0, row['due_at'] - clock.now()) // clock.SECOND if row['operation_id'] is None else 0
    return {'project_id': row['project_id'], 'project_name': row['project_name'], 'domain_id': row['domain_id'],
            'state': deletions.state(row), 'requested_at': clock.show(row['requested_at']),
            'due_at': clock.show(row['due_at']), 'seconds_left': left, 'user_id': row['user_id'],
            'request_id': row['request_id'], 'operation_id': row['operation_id'], 'cause': row['cause'],
            'projects': len(row['enabled'])}
