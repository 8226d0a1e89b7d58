# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-EP-FILTER: endpoint groups, and the endpoints that a project's catalog is limited to."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.endpoints import endpoint_view
from praline_identity.api.projects import project_view
from praline_identity.api.resource import Resource, everything
from praline_identity.api.services import no_target
from praline_identity.db import catalog
from praline_identity.db import endpoint_groups
from praline_identity.db import endpoints
from praline_identity.db import projects
from praline_identity.db import rows

_FILTERS = {'type': 'object', 'additionalProperties': False, 'properties': {
    name: {'type': 'string'} for name in ('service_id', 'region_id', 'interface')}}
_PROPERTIES = {'name': parts.NAME, 'description': parts.TEXT, 'filters': _FILTERS}
CREATE = parts.wrapped('endpoint_group', _PROPERTIES, ['name', 'filters'])
UPDATE = parts.wrapped('endpoint_group', _PROPERTIES, least=1)
_READ, _WRITE = rules.ADMIN_OR_SYSTEM_READER, rules.ADMIN


def _load(conn, context, group_id):
    return endpoint_groups.get(conn, group_id)


def _group_and_project(conn, context, group_id, project_id):
    return endpoint_groups.get(conn, group_id), projects.get(conn, project_id)


def _project_and_endpoint(conn, context, project_id, endpoint_id):
    return projects.get(conn, project_id), endpoints.get(conn, endpoint_id)


class _Filters(Resource):

    def shown_endpoints(self, req, found):
        return self.listed(req, 'endpoints', [
            {**endpoint_view(row), 'links': {'self': self.url('endpoints', row['id'])}} for row in found])

    def shown_projects(self, conn, req, ids):
        found = projects.list(conn, {}, everything(), ids)
        return self.listed(req, 'projects', [
            {**project_view(row), 'links': {'self': self.url('projects', row['id'])}} for row in found])


class EndpointGroups(_Filters):

    plural, singular = 'OS-EP-FILTER/endpoint_groups', 'endpoint_group'

    def view(self, row):
        return {name: row[name] for name in ('id', 'name', 'description', 'filters')}

    @operation('identity:list_endpoint_groups', _READ)
    def get_all(self, req):
        with self.db.read() as conn:
            found = endpoint_groups.list(conn, req.GET.get('name'))
        return self.listed(req, 'endpoint_groups', [self.linked(row) for row in found])

    @operation('identity:create_endpoint_group', _WRITE, body=CREATE, status=201)
    def post(self, req, body):
        given = body['endpoint_group']
        _interface(given)
        values = {'id': rows.new_id(), 'name': given['name'], 'description': given.get('description'),
                  'filters': given['filters']}
        with self.db.write() as conn:
            endpoint_groups.create(conn, values)
            return self.one(endpoint_groups.get(conn, values['id']))

    @operation('identity:get_endpoint_group', _READ, item=_load, target=no_target)
    def get_one(self, req, group):
        return self.one(group)

    @operation('identity:update_endpoint_group', _WRITE, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, group, body):
        given = body['endpoint_group']
        same_id(given, group)
        _interface(given)
        changes = {name: given[name] for name in ('name', 'description', 'filters') if name in given}
        with self.db.write() as conn:
            endpoint_groups.save(conn, group['id'], changes)
            return self.one(endpoint_groups.get(conn, group['id']))

    @operation('identity:delete_endpoint_group', _WRITE, item=_load, target=no_target, status=204)
    def delete(self, req, group):
        with self.db.write() as conn:
            endpoint_groups.delete(conn, group['id'])


class GroupEndpoints(_Filters):
    """/v3/OS-EP-FILTER/endpoint_groups/{id}/endpoints"""

    @operation('identity:list_endpoints_associated_with_endpoint_group', _READ, item=_load, target=no_target)
    def get_all(self, req, group):
        with self.db.read() as conn:
            return self.shown_endpoints(req, endpoints.matching(conn, group['filters']))


class GroupProjects(_Filters):
    """/v3/OS-EP-FILTER/endpoint_groups/{id}/projects"""

    @operation('identity:list_projects_associated_with_endpoint_group', _READ, item=_load, target=no_target)
    def get_all(self, req, group):
        with self.db.read() as conn:
            return self.shown_projects(conn, req, endpoint_groups.projects_of(conn, group['id']))

    @operation('identity:get_endpoint_group_in_project', _READ, item=_group_and_project, target=no_target)
    def get_one(self, req, group_id, pair):
        with self.db.read() as conn:
            if not endpoint_groups.chosen(conn, group_id, pair[1]['id']):
                raise errors.NotFound('Could not find Endpoint Group Association')
        return {'project': {**project_view(pair[1]), 'links': {'self': self.url('projects', pair[1]['id'])}}}

    @operation('identity:add_endpoint_group_to_project', _WRITE, item=_group_and_project, target=no_target,
               status=204)
    def put(self, req, group_id, pair):
        with self.db.write() as conn:
            endpoint_groups.choose(conn, group_id, pair[1]['id'])

    @operation('identity:remove_endpoint_group_from_project', _WRITE, item=_group_and_project, target=no_target,
               status=204)
    def delete(self, req, group_id, pair):
        with self.db.write() as conn:
            if not endpoint_groups.unchoose(conn, group_id, pair[1]['id']):
                raise errors.NotFound('Could not find Endpoint Group Association')


class ProjectEndpoints(_Filters):
    """/v3/OS-EP-FILTER/projects/{id}/endpoints"""

    @operation('identity:list_endpoints_for_project', _READ, target=no_target)
    def get_all(self, req, project_id):
        with self.db.read() as conn:
            projects.get(conn, project_id)
            ids = set(endpoint_groups.endpoints_of(conn, project_id))
            wanted = [group['filters'] for group in endpoint_groups.of_project(conn, project_id)]
            found = [row for row in endpoints.list(conn, {}, everything()) if row['id'] in ids or any(
                catalog.matches(filters, row['service_id'], row) for filters in wanted)]
        return self.shown_endpoints(req, found)

    @operation('identity:check_endpoint_in_project', _READ, item=_project_and_endpoint, target=no_target, status=204)
    def get_one(self, req, project_id, pair):
        with self.db.read() as conn:
            if not endpoint_groups.endpoint_chosen(conn, pair[1]['id'], project_id):
                raise errors.NotFound('Endpoint %s not found in project %s' % (pair[1]['id'], project_id))

    @operation('identity:add_endpoint_to_project', _WRITE, item=_project_and_endpoint, target=no_target, status=204)
    def put(self, req, project_id, pair):
        with self.db.write() as conn:
            endpoint_groups.choose_endpoint(conn, pair[1]['id'], project_id)

    @operation('identity:remove_endpoint_from_project', _WRITE, item=_project_and_endpoint, target=no_target,
               status=204)
    def delete(self, req, project_id, pair):
        with self.db.write() as conn:
            if not endpoint_groups.unchoose_endpoint(conn, pair[1]['id'], project_id):
                raise errors.NotFound('Endpoint %s not found in project %s' % (pair[1]['id'], project_id))


class ProjectEndpointGroups(_Filters):
    """/v3/OS-EP-FILTER/projects/{id}/endpoint_groups"""

    @operation('identity:list_endpoint_groups_for_project', _READ, target=no_target)
    def get_all(self, req, project_id):
        with self.db.read() as conn:
            projects.get(conn, project_id)
            found = endpoint_groups.of_project(conn, project_id)
        return self.listed(req, 'endpoint_groups', [
            {**{name: row[name] for name in ('id', 'name', 'description', 'filters')},
             'links': {'self': self.url('OS-EP-FILTER/endpoint_groups', row['id'])}} for row in found])


class EndpointProjects(_Filters):
    """/v3/OS-EP-FILTER/endpoints/{id}/projects"""

    @operation('identity:list_projects_for_endpoint', _READ, target=no_target)
    def get_all(self, req, endpoint_id):
        with self.db.read() as conn:
            endpoints.get(conn, endpoint_id)
            return self.shown_projects(conn, req, endpoint_groups.projects_with(conn, endpoint_id))


def _interface(given):
    if given.get('filters', {}).get('interface', 'public') not in ('public', 'internal', 'admin'):
        raise errors.BadRequest('The interface of an endpoint group is public, internal or admin, not %s.'
                                % given['filters']['interface'])
