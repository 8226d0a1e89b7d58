# SPDX-License-Identifier: Apache-2.0
"""/v3/regions: places of the catalog; their ids are chosen by whoever makes them."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import regions
from praline_identity.db import rows
from praline_identity.db.models import regions as table

_PROPERTIES = {'id': {'type': 'string'}, 'description': parts.TEXT,
               'parent_region_id': {'type': ['string', 'null']}}
CREATE = parts.wrapped('region', _PROPERTIES)
UPDATE = parts.wrapped('region', _PROPERTIES, least=1)


def _load(conn, context, region_id):
    return regions.get(conn, region_id)


class Regions(Resource):

    plural, singular = 'regions', 'region'

    def view(self, row):
        return {**row['extra'], 'id': row['id'], 'description': row['description'] or '',
                'parent_region_id': row['parent_region_id']}

    @operation('identity:list_regions', rules.ANYONE)
    def get_all(self, req):
        page, asked = self.page(req, ('id',)), self.asked(req)
        with self.db.read() as conn:
            return self.many(req, regions.list(conn, asked, page), page)

    @operation('identity:create_region', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        return self._made(body['region'], body['region'].get('id') or rows.new_id())

    @operation('identity:create_region', rules.ADMIN, body=CREATE, status=201)
    def put(self, req, region_id, body):
        if body['region'].get('id', region_id) != region_id:
            raise errors.BadRequest('Conflicting region IDs specified: "%s" != "%s"'
                                    % (region_id, body['region']['id']))
        return self._made(body['region'], region_id)

    def _made(self, given, region_id):
        if len(region_id) > 255:
            raise errors.BadRequest('Length of region id is greater than allowed length 255.')
        with self.db.write() as conn:
            _parent(conn, given.get('parent_region_id'), region_id)
            regions.create(conn, {'id': region_id, **rows.split(table, given, _PROPERTIES)})
            return self.one(regions.get(conn, region_id))

    @operation('identity:get_region', rules.ANYONE, item=_load, target=no_target)
    def get_one(self, req, region):
        return self.one(region)

    @operation('identity:update_region', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, region, body):
        same_id(body['region'], region)
        with self.db.write() as conn:
            _parent(conn, body['region'].get('parent_region_id'), region['id'])
            regions.save(conn, region['id'], rows.merge(region, body['region'], table, _PROPERTIES))
            return self.one(regions.get(conn, region['id']))

    @operation('identity:delete_region', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, region):
        with self.db.write() as conn:
            held = regions.in_use(conn, region['id'])
            if held:
                raise errors.Forbidden('Unable to delete region %s because it or its child regions have associated '
                                       '%s.' % (region['id'], held))
            regions.delete(conn, region['id'])


def _parent(conn, parent_id, region_id):
    """The parent must be there, and not below the region itself."""
    while parent_id:
        if parent_id == region_id:
            raise errors.BadRequest('A region cannot be its own parent, nor below itself: %s' % region_id)
        parent_id = regions.get(conn, parent_id)['parent_region_id']
