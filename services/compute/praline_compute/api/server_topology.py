# SPDX-License-Identifier: Apache-2.0
"""/servers/{id}/topology: the NUMA nodes of a guest.  Guests here have none of their own, as Nova says it: no nodes."""
from praline_common import policy
from praline_common.api.rest import Controller, operation
from praline_compute.db import servers


class ServerTopology(Controller):

    @operation('compute:server:topology:index', policy=policy.READER, since='2.78', item=servers.get)
    def get_all(self, req, server):
        return {'nodes': [], 'pagesize_kb': None}
