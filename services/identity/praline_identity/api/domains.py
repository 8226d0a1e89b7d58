# SPDX-License-Identifier: Apache-2.0
"""/v3/domains: the namespaces of users, groups and projects."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import domains
from praline_identity.db import projects
from praline_identity.db import revocations
from praline_identity.db import rows
from praline_identity.db.models import projects as table

_PROPERTIES = {'name': parts.SHORT_NAME, 'enabled': parts.BOOLEAN, 'description': parts.TEXT,
               'options': parts.OPTIONS, 'tags': parts.TAGS,
               'explicit_domain_id': {'type': 'string', 'pattern': '^[0-9a-fA-F]{32}$'}}
CREATE = parts.wrapped('domain', _PROPERTIES, ['name'])
UPDATE = parts.wrapped('domain', _PROPERTIES, least=1)
_READ = (rules.ADMIN_OR_SYSTEM_READER + ' or domain_id:%(target.domain.id)s'
         ' or project_domain_id:%(target.domain.id)s')
_LIST = rules.ADMIN_OR_SYSTEM_READER + ' or ' + rules.of_domain('reader', 'target.domain.id')


def _load(conn, context, domain_id):
    return domains.get(conn, domain_id)


def _target(controller, req, domain, *body):
    return {'target.domain.id': domain['id']}


def _own_domain(controller, req):
    return {'target.domain.id': req.context.domain_id} if req.context.domain_id else {}


class Domains(Resource):

    plural, singular = 'domains', 'domain'

    def view(self, row):
        return domain_view(row)

    @operation('identity:list_domains', _LIST, target=_own_domain)
    def get_all(self, req):
        page, asked = self.page(req), self.asked(req)
        with self.db.read() as conn:
            found = domains.list(conn, asked, page, [req.context.domain_id] if req.context.domain_id else None)
        return self.many(req, found, page)

    @operation('identity:create_domain', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        given = dict(body['domain'])
        domain_id = given.pop('explicit_domain_id', None) or rows.new_id()
        tags = given.pop('tags', [])
        with self.db.write() as conn:
            domains.create(conn, {'id': domain_id, **rows.split(table, given, _PROPERTIES)})
            projects.set_tags(conn, domain_id, tags)
            return self.one(domains.get(conn, domain_id))

    @operation('identity:get_domain', _READ, item=_load, target=_target)
    def get_one(self, req, domain):
        return self.one(domain)

    @operation('identity:update_domain', rules.ADMIN, item=_load, target=_target, body=UPDATE, missing_first=True)
    def patch(self, req, domain, body):
        changes = dict(body['domain'])
        changes.pop('explicit_domain_id', None)
        tags = changes.pop('tags', None)
        same_id(changes, domain)
        changeable(domain, changes, 'domain')
        with self.db.write() as conn:
            domains.save(conn, domain['id'], rows.merge(domain, changes, table, _PROPERTIES))
            if tags is not None:
                projects.set_tags(conn, domain['id'], tags)
            if changes.get('enabled') is False and domain['enabled']:
                revocations.revoke(conn, 'domain:' + domain['id'], self.tokens.longest)
            return self.one(domains.get(conn, domain['id']))

    @operation('identity:delete_domain', rules.ADMIN, item=_load, target=_target, status=204)
    def delete(self, req, domain):
        deletable(domain, 'domain')
        if domain['enabled']:
            raise errors.forbidden_action('Cannot delete a domain that is enabled, please disable it first')
        with self.db.write() as conn:
            domains.delete(conn, domain['id'])


def domain_view(row):
    return {**row['extra'], 'id': row['id'], 'name': row['name'], 'enabled': row['enabled'],
            'description': row['description'] or '', 'tags': row.get('tags', []), 'options': row['options']}


def same_id(changes, row):
    if changes.get('id', row['id']) != row['id']:
        raise errors.BadRequest('Cannot change id of an existing resource.')


def changeable(row, changes, kind):
    """An immutable row may only be made mutable again, in a request of its own."""
    if row['options'].get('immutable') and (changes.get('options') or {}).get('immutable', True) is not False:
        raise errors.Forbidden('Unable to update immutable %s resource: `%s`. Set resource option "immutable" to '
                               'false first.' % (kind, row['id']))


def deletable(row, kind):
    if row['options'].get('immutable'):
        raise errors.Forbidden('Unable to delete immutable %s resource: `%s`. Set resource option "immutable" to '
                               'false first.' % (kind, row['id']))
