# SPDX-License-Identifier: Apache-2.0
"""What every flow on a server shares: the server's row, its agent, and how it ends."""
from praline_common import errors
from praline_common.operations import Cancelled, Flow, store
from praline_compute.db import actions, servers, services
from praline_compute.db.columns import now, shown

LONG = 900


class ServerFlow(Flow):
    """`after` is what the row gets when all went well; `on_failure` what it gets when not, beside the fault.

    The task always ends with the flow.  A step that needs more values for the row puts them into `after`.
    """

    after = {}
    on_failure = {}

    def __init__(self, *args):
        super().__init__(*args)
        self.after = dict(type(self).after)
        self._server = None

    @property
    def server(self):
        """The row as it was when the flow first asked; `reload()` reads it again.  Cancelled when it is gone."""
        if self._server is None:
            with self.db.read() as conn:
                self._server = servers.find(conn, self.resource_id)
            if self._server is None:
                raise Cancelled()
        return self._server

    def reload(self):
        self._server = None
        return self.server

    def save(self, **values):
        """Write to the row, now."""
        with self.db.write() as conn:
            servers.save(conn, self.resource_id, **values)
        if self._server is not None:
            self._server.update(values)

    def agent(self, verb, timeout=None, host=None, agent=None, **arguments):
        """Ask the agent of the server's host (or of that host)."""
        server = self.server
        host, agent = host or server['host'], agent or server['agent']
        if not host:
            raise errors.Error('The server is on no host')
        return self.runtime.agents.call(self.context, verb, server=agent, timeout=timeout, host=host, **arguments)

    def set_ports(self, up):
        """The status of the server's ports follows its guest."""
        ports = [kept['id'] for kept in self.server['network_info']['ports']]
        if ports:
            self.contracts.network.port_up(self.context, ports, up=up)

    def wanted_to_stop(self):
        """Whether a delete waits for this flow: a long step asks now and then."""
        with self.db.read() as conn:
            return store.is_cancelled(conn, self.runtime.operations, self.row['id'])

    def finished(self, conn):
        servers.save(conn, self.resource_id, task_state=None, **self.after)
        actions.finish(conn, self.row['id'], host=self._host())

    def failed(self, conn, cause):
        servers.save(conn, self.resource_id, task_state=None, fault=fault(cause, self.row['kind']), **self.on_failure)
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def cancelled(self, conn):
        actions.finish(conn, self.row['id'], host=self._host(), message='Error')

    def _host(self):
        return self._server and self._server['host']


def agent_of(flow, host):
    """The agent that serves a host; the server's own when the host is not known any more."""
    with flow.db.read() as conn:
        found = services.list(conn, host)
    return found[0]['agent'] if found else flow.server['agent']


def fault(cause, kind, code=500):
    """What the server shows of a failure: the sentence for everybody, the operation for admins."""
    return {'code': code, 'created': shown(now()), 'message': cause[:1000], 'details': 'in %s' % kind}
