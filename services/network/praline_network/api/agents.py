# SPDX-License-Identifier: Apache-2.0
"""The agents on the hosts."""
import time

import sqlalchemy as sa

from praline_common.api.rest import operation
from praline_common.policy import ADMIN, ANYONE
from praline_network.api.attributes import BOOLEAN, Field, Resource, read_only, text
from praline_network.api.collection import Collection
from praline_network.db import agents


def _shown(beat):
    return time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(beat))


RESOURCE = Resource('agent', 'agents', {
    'id': read_only(),
    'agent_type': read_only(),
    'binary': read_only(),
    'topic': read_only(),
    'host': read_only(),
    'description': Field(text(), post=False, convert=lambda value: value or ''),
    'admin_state_up': Field(BOOLEAN, post=False),
    'alive': read_only(),
    'availability_zone': read_only(),
    'configurations': read_only(),
    'created_at': read_only(),
    'started_at': read_only(),
    'heartbeat_timestamp': read_only(column='heartbeat', show=_shown),
    'resources_synced': read_only(show=lambda _: None),
})


def _by_type(table, values):
    """Clients write `DHCP Agent` as often as `DHCP agent`."""
    return sa.func.lower(table.c.agent_type).in_([value.lower() for value in values])


class Agents(Collection):
    resource, rows, counted = RESOURCE, agents, False
    filters = {'agent_type': _by_type}

    @operation('get_agents', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_agent', policy=ANYONE, item=agents.get)
    def get_one(self, req, agent):
        return self.answer_one(req, agent)

    @operation('update_agent', policy=ADMIN, item=agents.get, body=RESOURCE.update_schema)
    def put(self, req, agent, body):
        return self.answer_update(req, agent, body)

    @operation('delete_agent', policy=ADMIN, item=agents.get, status=204)
    def delete(self, req, agent):
        return self.answer_delete(req, agent)

    def present(self, rows, req):
        oldest = time.time() - self.options.agent_down_seconds
        for row in rows:
            row['alive'] = row['heartbeat'] > oldest
        return rows
