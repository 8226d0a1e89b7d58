# SPDX-License-Identifier: Apache-2.0
"""/v3/limits: amounts that differ from the registered default for a project or domain, and the model they obey."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity import limit_model
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.registered_limits import AMOUNT, there
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import domains
from praline_identity.db import limits
from praline_identity.db import projects
from praline_identity.db import regions
from praline_identity.db import registered_limits
from praline_identity.db import rows
from praline_identity.db import services

_NEW = {'type': 'object', 'additionalProperties': False, 'properties': {
    'service_id': {'type': 'string'}, 'region_id': {'type': ['string', 'null']}, 'resource_name': parts.NAME,
    'project_id': parts.ID_OR_NULL, 'domain_id': parts.ID_OR_NULL, 'resource_limit': AMOUNT,
    'description': parts.TEXT}, 'required': ['service_id', 'resource_name', 'resource_limit']}
CREATE = {'type': 'object', 'required': ['limits'], 'properties': {
    'limits': {'type': 'array', 'minItems': 1, 'items': _NEW}}}
UPDATE = parts.wrapped('limit', {'resource_limit': AMOUNT, 'description': parts.TEXT}, least=1, extra=False)
_READ = (rules.ADMIN_OR_SYSTEM_READER + ' or domain_id:%(target.limit.domain.id)s'
         ' or domain_id:%(target.limit.project.domain_id)s or project_id:%(target.limit.project_id)s')


def _load(conn, context, limit_id):
    limit = limits.get(conn, limit_id)
    if limit['project_id']:
        limit['project_domain_id'] = projects.get(conn, limit['project_id'])['domain_id']
    return limit


def _target(controller, req, limit, *rest):
    if limit['project_id']:
        return {'target.limit.project_id': limit['project_id'],
                'target.limit.project.domain_id': limit['project_domain_id']}
    return {'target.limit.domain.id': limit['domain_id']}


class Limits(Resource):

    plural, singular = 'limits', 'limit'

    def view(self, row):
        return limits.view(row)

    @operation('identity:list_limits', rules.ANYONE)
    def get_all(self, req):
        page, context, clause = self.page(req, ('id',)), req.context, None
        if not (context.system_scope or {'admin', 'service'} & set(context.roles)):
            if context.domain_id:
                clause = limits.of_domain(context.domain_id)
            elif context.project_id:
                clause = limits.of_project(context.project_id)
            else:
                return self.many(req, [])
        with self.db.read() as conn:
            return self.many(req, limits.list(conn, self.asked(req), page, clause), page)

    @operation('identity:create_limits', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        with self.db.write() as conn:
            wanted = [{**given, **_whose(conn, given)} for given in body['limits']]
            limit_model.of(self.options).check(conn, wanted)
            ids = [self._make(conn, given) for given in wanted]
            return {self.plural: [self.linked(limits.get(conn, limit_id)) for limit_id in ids]}

    def _make(self, conn, given):
        registered = registered_limits.find(conn, given['service_id'], given.get('region_id'), given['resource_name'])
        if registered is None:
            raise errors.Forbidden('Unable to create a limit that has no corresponding registered limit.')
        values = {'id': rows.new_id(), 'registered_limit_id': registered['id'], 'description': given.get('description'),
                  **{name: given[name] for name in ('resource_limit', 'project_id', 'domain_id')}}
        if limits.taken(conn, values):
            raise errors.Conflict('Conflict occurred attempting to store limit - Duplicate entry.')
        limits.create(conn, values)
        return values['id']

    @operation('identity:get_limit', _READ, item=_load, target=_target)
    def get_one(self, req, limit):
        return self.one(limit)

    @operation('identity:update_limit', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, limit, body):
        with self.db.write() as conn:
            limit_model.of(self.options).check(conn, [{**limits.get(conn, limit['id']), **body['limit']}])
            limits.save(conn, limit['id'], body['limit'])
            return self.one(limits.get(conn, limit['id']))

    @operation('identity:delete_limit', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, limit):
        with self.db.write() as conn:
            limits.delete(conn, limit['id'])


class LimitModel(Resource):
    """GET /v3/limits/model"""

    @operation('identity:get_limit_model', rules.ANYONE)
    def get_all(self, req):
        model = limit_model.of(self.options)
        return {'model': {'name': model.name, 'description': model.description}}


def _whose(conn, given):
    """{'project_id', 'domain_id'}, one of them None; a project that is a domain counts as the domain."""
    project_id, domain_id = given.get('project_id'), given.get('domain_id')
    if bool(project_id) == bool(domain_id):
        raise errors.BadRequest('A limit is of a project or of a domain: give project_id or domain_id.')
    there(services.get, conn, given['service_id'], 'service_id', 'limit')
    if given.get('region_id'):
        there(regions.get, conn, given['region_id'], 'region_id', 'limit')
    if project_id and there(projects.get, conn, project_id, 'project_id', 'limit')['is_domain']:
        project_id, domain_id = None, project_id
    if domain_id:
        there(domains.get, conn, domain_id, 'domain_id', 'limit')
    return {'project_id': project_id or None, 'domain_id': domain_id or None}
