# SPDX-License-Identifier: Apache-2.0
"""Endpoint groups, and which endpoints are chosen for which projects."""
import orjson
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'endpoint group'
_G, _T, _S = models.endpoint_groups, models.endpoint_group_projects, models.project_endpoints


def _opened(row):
    return {**row, 'filters': orjson.loads(row['filters'])}


def get(conn, group_id):
    return _opened(rows.get(conn, _G, group_id, KIND))


def list(conn, name=None):
    statement = sa.select(_G).order_by(_G.c.id)
    if name is not None:
        statement = statement.where(_G.c.name == name)
    return [_opened(row) for row in engine.rows(conn, statement)]


def of_project(conn, project_id):
    return [_opened(row) for row in engine.rows(conn, sa.select(_G).join(
        _T, _T.c.endpoint_group_id == _G.c.id).where(_T.c.project_id == project_id).order_by(_G.c.id))]


def projects_of(conn, group_id):
    """Ids of the projects that the group is chosen for."""
    return conn.execute(sa.select(_T.c.project_id).where(_T.c.endpoint_group_id == group_id)).scalars().all()


def create(conn, values):
    rows.create(conn, _G, {**values, 'filters': orjson.dumps(values['filters']).decode()}, KIND)


def save(conn, group_id, values):
    if 'filters' in values:
        values = {**values, 'filters': orjson.dumps(values['filters']).decode()}
    rows.save(conn, _G, group_id, values, KIND)
    revision.bump(conn)


def delete(conn, group_id):
    rows.delete(conn, _G, group_id, KIND)
    revision.bump(conn)


def choose(conn, group_id, project_id):
    rows.create(conn, _T, {'endpoint_group_id': group_id, 'project_id': project_id}, 'endpoint group association')
    revision.bump(conn)


def chosen(conn, group_id, project_id):
    return rows.has(conn, _T, endpoint_group_id=group_id, project_id=project_id)


def unchoose(conn, group_id, project_id):
    """False when it was not chosen."""
    gone = rows.remove(conn, _T, endpoint_group_id=group_id, project_id=project_id)
    revision.bump(conn)
    return bool(gone)


def choose_endpoint(conn, endpoint_id, project_id):
    rows.create(conn, _S, {'endpoint_id': endpoint_id, 'project_id': project_id}, 'endpoint association')
    revision.bump(conn)


def endpoint_chosen(conn, endpoint_id, project_id):
    return rows.has(conn, _S, endpoint_id=endpoint_id, project_id=project_id)


def unchoose_endpoint(conn, endpoint_id, project_id):
    gone = rows.remove(conn, _S, endpoint_id=endpoint_id, project_id=project_id)
    revision.bump(conn)
    return bool(gone)


def endpoints_of(conn, project_id):
    """Ids of the single endpoints chosen for a project."""
    return conn.execute(sa.select(_S.c.endpoint_id).where(_S.c.project_id == project_id)).scalars().all()


def projects_with(conn, endpoint_id):
    return conn.execute(sa.select(_S.c.project_id).where(_S.c.endpoint_id == endpoint_id)).scalars().all()
