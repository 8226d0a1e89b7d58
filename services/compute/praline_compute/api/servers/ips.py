# SPDX-License-Identifier: Apache-2.0
"""/servers/{id}/ips: a server's addresses by network."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute.db import servers

_RULE = 'os_compute_api:ips:'


class ServerAddresses(Controller):

    @operation(_RULE + 'index', policy=policy.READER, item=servers.get)
    def get_all(self, req, server):
        return {'addresses': _addresses(server)}

    @operation(_RULE + 'show', policy=policy.READER)
    def get_one(self, req, server_id, network):
        with self.db.read() as conn:
            server = servers.get(conn, req.context, server_id)
        self.policy.require(req.context, _RULE + 'show', server)
        found = _addresses(server)
        if network not in found:
            raise errors.NotFound('Instance is not a member of specified network')
        return {network: found[network]}


def _addresses(server):
    return {label: [{'version': item['version'], 'addr': item['addr']} for item in items]
            for label, items in server['network_info']['addresses'].items()}
