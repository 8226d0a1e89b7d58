# SPDX-License-Identifier: Apache-2.0
"""A whole project in the scheduler: what still holds allocations for it; see praline_common.contracts.projects."""
from praline_common import emptying
from praline_common import rpc
from praline_scheduler.db import consumers
from praline_scheduler.db.models import consumers as table


class Projects:

    def __init__(self, runtime, claims):
        self.db, self.claims = runtime.db, claims

    @rpc.method
    def project_resources(self, ctx, project_id):
        with self.db.read() as conn:
            return emptying.count(conn, 'consumers', table, table.c.project_id == project_id, name='')

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        """Servers have given back theirs by now: these are what others claimed by the API."""
        with self.db.read() as conn:
            found = consumers.of_project(conn, project_id)
        for consumer_id in found:
            self.claims.release(consumer_id)
        return emptying.Emptying().answer()
