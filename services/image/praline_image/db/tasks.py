# SPDX-License-Identifier: Apache-2.0
"""The import operations, newest first, as the API shows them."""
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import engine
from praline_image.db.models import operations

IMPORT = 'import_image'


def list_(conn, image_id=None, limit=1000):
    query = sa.select(operations).where(operations.c.kind == IMPORT)
    if image_id is not None:
        query = query.where(operations.c.resource_id == image_id)
    return engine.rows(conn, query.order_by(operations.c.sequence.desc()).limit(limit))


def get(conn, context, task_id):
    """NotFound."""
    found = engine.one(conn, sa.select(operations).where(operations.c.kind == IMPORT, operations.c.id == task_id))
    if found is None:
        raise errors.NotFound('No task found with ID %s' % task_id)
    return found


def has_live(conn, image_id):
    return engine.scalar(conn, sa.select(operations.c.id).where(
        operations.c.resource_id == image_id,
        operations.c.state.in_(('pending', 'running', 'undoing'))).limit(1)) is not None
