# SPDX-License-Identifier: Apache-2.0
"""The password that a guest made for itself and encrypted to its key pair: /servers/{id}/os-server-password."""
from praline_common import policy
from praline_common.api.rest import Controller, operation
from praline_compute.db import servers


class ServerPassword(Controller):

    @operation('os_compute_api:os-server-password:show', policy=policy.READER, item=servers.get)
    def get_all(self, req, server):
        return {'password': server['guest_password'] or ''}

    @operation('os_compute_api:os-server-password:clear', policy=policy.MEMBER, item=servers.get, status=204)
    def delete_all(self, req, server):
        with self.db.write() as conn:
            servers.note(conn, server['id'], guest_password=None)
