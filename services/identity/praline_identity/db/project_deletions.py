# SPDX-License-Identifier: Apache-2.0
"""Projects that wait for their deletion, each with what was enabled of it and below it before."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_identity.db import effective
from praline_identity.db import models

_D, _P = models.project_deletions, models.projects
_WITH_NAME = sa.select(_D, _P.c.name.label('project_name'), _P.c.domain_id).join(_P, _P.c.id == _D.c.project_id)


def get(conn, project_id):
    """NotFound unless the project waits for its deletion itself."""
    found = engine.one(conn, _WITH_NAME.where(_D.c.project_id == project_id))
    if found is None:
        raise errors.NotFound('Project %s does not wait for its deletion.' % project_id)
    return found


def list(conn):
    """All of them, the next first."""
    return engine.rows(conn, _WITH_NAME.order_by(_D.c.due_at, _D.c.project_id))


def over(conn, project_id):
    """The id of the waiting project that this one is, or is below; None."""
    return conn.execute(sa.select(_D.c.project_id).where(sa.or_(
        _D.c.project_id == project_id, _D.c.project_id.in_(effective.ancestors(project_id)))).limit(1)).scalar()


def due(conn, now):
    """Ids of the projects whose time has come and whose deletion has not begun."""
    return conn.execute(sa.select(_D.c.project_id).where(
        _D.c.due_at <= now, _D.c.operation_id.is_(None)).order_by(_D.c.due_at)).scalars().all()


def create(conn, values):
    conn.execute(sa.insert(_D).values(**values))


def save(conn, project_id, **values):
    conn.execute(sa.update(_D).where(_D.c.project_id == project_id).values(**values))


def delete(conn, project_id):
    conn.execute(sa.delete(_D).where(_D.c.project_id == project_id))
