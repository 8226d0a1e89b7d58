# SPDX-License-Identifier: Apache-2.0
"""The servers that ran in a stretch of time, deleted ones too: what usage is counted from."""
import sqlalchemy as sa

from praline_common.db import query
from praline_compute.db.models import SERVERS

_C = SERVERS.c
_SHOWN = (_C.id, _C.project_id, _C.name, _C.flavor, _C.vm_state, _C.launched_at, _C.terminated_at)


def list(conn, start, stop, project_id=None, limit=None, marker=None):
    """Servers that were launched before `stop` and not terminated before `start`, by project and id."""
    statement = sa.select(*_SHOWN).where(
        _C.launched_at < stop, sa.or_(_C.terminated_at.is_(None), _C.terminated_at > start))
    if project_id:
        statement = statement.where(_C.project_id == project_id)
    return query.page(conn, statement, SERVERS, query.Page(
        limit=limit, marker=marker, sort=[('project_id', 'asc'), ('id', 'asc')]))
