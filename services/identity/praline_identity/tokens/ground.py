# SPDX-License-Identifier: Apache-2.0
"""What every token stands on: the roles, what they imply, the catalog.  Read once a revision."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import catalog
from praline_identity.db import effective
from praline_identity.db import models
from praline_identity.db import service_providers


class Ground:
    """Read from a connection, and then the same for every token of that revision."""

    def __init__(self, conn):
        table = models.roles
        self._roles = {row['id']: row for row in engine.rows(conn, sa.select(table.c.id, table.c.name).where(
            table.c.domain_id == ''))}
        self._implied = effective.implications(conn)
        self._entries = catalog.entries(conn)
        self._varies = catalog.varies(self._entries)
        self._filtered = catalog.filtered(conn)
        self.service_providers = service_providers.enabled(conn)

    def closure(self, role_ids):
        """The role ids and everything that they imply."""
        return effective.closure(role_ids, self._implied)

    def roles(self, conn, user_id, scope, group_ids=(), only=None):
        """[{'id', 'name'}] that a token of this scope carries, by name; only: role ids that it is limited to.

        Roles of a domain count by what they imply; they are never shown themselves.
        """
        if not scope[0]:
            return []
        held = self.closure(effective.direct_ids(conn, user_id, scope, group_ids))
        return self.named(held if only is None else held & set(only))

    def named(self, role_ids):
        found = [self._roles[role_id] for role_id in role_ids if role_id in self._roles]
        return sorted(found, key=lambda role: role['name'])

    def catalog(self, conn, user_id, project_id):
        """The catalog's entries as this user in this project (or None) sees them."""
        entries = self._entries
        if project_id and self._filtered:
            entries = catalog.visible(conn, entries, project_id)
        return catalog.fill(entries, user_id, project_id) if self._varies else entries
