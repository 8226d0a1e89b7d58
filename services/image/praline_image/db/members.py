# SPDX-License-Identifier: Apache-2.0
"""The projects that an image is shared with, and whether each accepted."""
from oslo_db import exception as db_errors
import sqlalchemy as sa

from praline_common import errors as common
from praline_common.db import engine
from praline_image.db.images import now
from praline_image.db.models import image_members


def list_(conn, image_id, member=None):
    """Rows of the image, or only the one of this member."""
    query = sa.select(image_members).where(image_members.c.image_id == image_id)
    if member is not None:
        query = query.where(image_members.c.member == member)
    return engine.rows(conn, query.order_by(image_members.c.created_at, image_members.c.member))


def get(conn, image_id, member):
    """NotFound when it is not shared with this project."""
    found = list_(conn, image_id, member)
    if not found:
        raise common.NotFound('%s not found in the member list of the image %s.' % (member, image_id))
    return found[0]


def create(conn, image_id, member):
    """A pending member.  Conflict when there is one."""
    at = now()
    try:
        conn.execute(image_members.insert().values(
            image_id=image_id, member=member, status='pending', created_at=at, updated_at=at))
    except db_errors.DBDuplicateEntry:
        raise common.Conflict('Image member %s already exists for image %s' % (member, image_id)) from None
    return get(conn, image_id, member)


def save(conn, image_id, member, status):
    conn.execute(image_members.update().where(
        image_members.c.image_id == image_id, image_members.c.member == member).values(
            status=status, updated_at=now()))
    return get(conn, image_id, member)


def delete(conn, image_id, member):
    get(conn, image_id, member)
    conn.execute(image_members.delete().where(
        image_members.c.image_id == image_id, image_members.c.member == member))
