# SPDX-License-Identifier: Apache-2.0
"""A whole project in network: what it has, and the end of it; see praline_common.contracts.projects.

Everything goes as its owner would delete it, by this service's own API: with its checks, and with word
to the hosts.
"""
from praline_common import emptying
from praline_common import errors
from praline_common import rpc
from praline_network.db import projects
from praline_network.db import quotas

_SINGULAR = {'rbac_policies': 'rbac_policy'}


class Projects:
    """api: the service's Proxy."""

    def __init__(self, runtime, api):
        self.db, self._api = runtime.db, api

    @rpc.method
    def project_resources(self, ctx, project_id):
        with self.db.read() as conn:
            return projects.resources(conn, project_id)

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        """Refused is what another project uses: a network with its ports, a shared pool with its subnets."""
        work = emptying.Emptying()
        for plural, table in projects.ORDER:
            with self.db.read() as conn:
                found = projects.things(conn, table, project_id)
            work.each(_SINGULAR.get(plural, plural[:-1]), found, lambda thing: self._delete(ctx, plural, thing['id']))
        with self.db.write() as conn:
            quotas.delete(conn, project_id)
        return work.answer()

    def _delete(self, ctx, plural, thing_id):
        path = '/v2.0/%s/%s' % (plural.replace('_', '-'), thing_id)
        if plural == 'routers':
            self._ask(ctx, 'PUT', path, {'router': {'routes': []}})
            with self.db.read() as conn:
                legs = projects.legs(conn, thing_id)
            for port_id in legs:
                self._ask(ctx, 'PUT', path + '/remove_router_interface', {'port_id': port_id})
        self._ask(ctx, 'DELETE', path)

    def _ask(self, ctx, verb, path, body=None):
        status, answer = self._api.proxy_api(ctx, verb, path, body)
        if status == 404:
            raise errors.NotFound(path)
        if status == 503:
            raise errors.Unavailable(answer['NeutronError']['message'])
        if status >= 400:
            raise errors.Conflict(answer['NeutronError']['message'])
