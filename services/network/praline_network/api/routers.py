# SPDX-License-Identifier: Apache-2.0
"""Routers, and what is done to one: legs and extra routes."""
from praline_common.api.rest import Controller, operation
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import (
    BOOLEAN, Field, IP, ROUTE, Resource, UUID, array, canonical_routes, fixed, nullable, read_only, standard, text,
    to_boolean)
from praline_network.api.collection import Collection
from praline_network.db import floatingips
from praline_network.db import ports
from praline_network.db import routers
from praline_network.db import subnets

_GATEWAY = {'type': ['object', 'null'], 'additionalProperties': False, 'properties': {
    'network_id': nullable(UUID), 'enable_snat': BOOLEAN,
    'external_fixed_ips': nullable(array({'type': 'object', 'additionalProperties': False, 'properties': {
        'subnet_id': nullable(UUID), 'ip_address': nullable(IP)}})), 'qos_policy_id': {'type': 'null'}}}
_LEG = {'type': 'object', 'properties': {'subnet_id': UUID, 'port_id': UUID}, 'additionalProperties': False,
        'minProperties': 1}
_ROUTES = {'type': 'object', 'required': ['router'], 'additionalProperties': False, 'properties': {
    'router': {'type': 'object', 'properties': {'routes': array(ROUTE)}, 'required': ['routes'],
               'additionalProperties': False}}}


def _gateway(given):
    if 'enable_snat' in given:
        given['enable_snat'] = to_boolean(given['enable_snat'])
    return given


RESOURCE = Resource('router', 'routers', {
    **standard(),
    'admin_state_up': Field(BOOLEAN, default=True),
    'status': read_only(),
    'external_gateway_info': Field(_GATEWAY, convert=_gateway),
    'routes': Field(nullable(array(ROUTE)), post=False, convert=canonical_routes),
    'availability_zone_hints': Field(array(text()), default=list, put=False),
    'availability_zones': read_only(),
    'flavor_id': fixed(None),
})


class Routers(Collection):
    resource, rows = RESOURCE, routers

    def __init__(self, runtime):
        super().__init__(runtime)
        for verb in ('create', 'update'):
            for part in ('enable_snat', 'external_fixed_ips'):
                self.policy.register('%s_router:external_gateway_info:%s' % (verb, part), ADMIN)

    @operation('get_routers', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_router', policy=ANYONE, item=routers.get)
    def get_one(self, req, router):
        return self.answer_one(req, router)

    @operation('create_router', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_router', policy=MEMBER, item=routers.get, body=RESOURCE.update_schema)
    def put(self, req, router, body):
        return self.answer_update(req, router, body)

    @operation('delete_router', policy=MEMBER, item=routers.get, status=204)
    def delete(self, req, router):
        return self.answer_delete(req, router)

    def create(self, conn, context, values):
        gateway = values.pop('external_gateway_info', None)
        self._check_gateway(context, 'create', gateway, values)
        row = routers.create(conn, context, values, self.options, gateway)
        self.sync(conn, [row['host']])
        return row

    def save(self, conn, context, row, changes):
        self._check_gateway(context, 'update', changes.get('external_gateway_info'), row)
        if 'routes' in changes:
            changes['routes'] = changes['routes'] or []
        row = routers.save(conn, context, row, changes, self.options)
        self.sync(conn, floatingips.hosts(conn, [row['id']]))
        return row

    def _check_gateway(self, context, verb, gateway, row):
        """Parts of the gateway that differ from what everybody gets need a right of their own."""
        gateway = gateway or {}
        for part, usual in (('enable_snat', True), ('external_fixed_ips', None)):
            if gateway.get(part, usual) != usual:
                self.policy.require(context, '%s_router:external_gateway_info:%s' % (verb, part), row)

    def remove(self, conn, context, row):
        self.sync(conn, [row['host']])
        routers.delete(conn, row)

    def present(self, rows, req):
        for row in rows:
            row['availability_zones'] = ['nova'] if row['host'] else []
        return rows


class _Member(Controller):
    """Something that is done to one router: PUT /routers/{id}/<verb>."""

    def write(self, req, router, work):
        """work(conn, router as it is now); its host's agent hears of it."""
        with self.db.write() as conn:
            row = routers.get(conn, req.context, router['id'])
            result = work(conn, row)
            hosts = sorted(floatingips.hosts(conn, [row['id']]))
        if hosts:
            self.runtime.own.cast(None, 'sync_hosts', hosts=hosts)
        return result


def _shown(router, port, subnet_ids):
    return {'id': router['id'], 'tenant_id': router['project_id'], 'project_id': router['project_id'],
            'port_id': port['id'], 'network_id': port['network_id'],
            'subnet_id': subnet_ids[0] if subnet_ids else None, 'subnet_ids': subnet_ids}


class AddInterface(_Member):

    @operation('add_router_interface', policy=MEMBER, item=routers.get, body=_LEG)
    def put_all(self, req, router, body):
        if len(body) != 1:
            raise errors.refuse('BadRequest', 'Bad router request: Cannot specify both subnet-id and port-id.')

        def add(conn, row):
            if 'port_id' in body:
                port = ports.get(conn, req.context, body['port_id'])
                return routers.add_port(conn, row, port, self.runtime.options)
            subnet = subnets.get(conn, req.context, body['subnet_id'])
            return routers.add_subnet(conn, row, subnet, self.runtime.options)
        port = self.write(req, router, add)
        given = [entry['subnet_id'] for entry in port['fixed_ips']]
        return _shown(router, port, [body['subnet_id']] if 'subnet_id' in body else given)


class RemoveInterface(_Member):

    @operation('remove_router_interface', policy=MEMBER, item=routers.get, body=_LEG)
    def put_all(self, req, router, body):
        port = self.write(req, router, lambda conn, row: routers.remove_leg(
            conn, row, body.get('port_id'), body.get('subnet_id')))
        return _shown(router, port, port['removed'])


class _Routes(_Member):

    def change(self, req, router, routes_of):
        def save(conn, row):
            return routers.save(conn, req.context, row, {'routes': routes_of(row['routes'])}, self.runtime.options)
        row = self.write(req, router, save)
        row['availability_zones'] = ['nova'] if row['host'] else []
        names = RESOURCE.shown(frozenset(), frozenset())
        return {'router': {name: show(row.get(column)) if show else row[column] for name, column, show in names}}


class AddRoutes(_Routes):

    @operation('add_extraroutes', policy=MEMBER, item=routers.get, body=_ROUTES)
    def put_all(self, req, router, body):
        asked = canonical_routes(body['router']['routes'])
        return self.change(req, router, lambda old: old + [route for route in asked if route not in old])


class RemoveRoutes(_Routes):

    @operation('remove_extraroutes', policy=MEMBER, item=routers.get, body=_ROUTES)
    def put_all(self, req, router, body):
        asked = canonical_routes(body['router']['routes'])
        return self.change(req, router, lambda old: [route for route in old if route not in asked])
