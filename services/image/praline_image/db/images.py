# SPDX-License-Identifier: Apache-2.0
"""Images, as far as a context may see them.

A row is a dict of the columns plus project_id (the owner, for the policy).  Every project sees public
and community images and its own; shared ones are seen by their members; an
administrator sees all.  Every change of status names the status it starts from.
"""
import datetime

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_image import errors
from praline_image.db.models import image_members, image_tags, images

_WITH_MEMBER = Prepared(sa.select(images, image_members.c.status.label('member_status')).outerjoin(
    image_members, sa.and_(image_members.c.image_id == images.c.id,
                           image_members.c.member == sa.bindparam('project'))).where(
                               images.c.id == sa.bindparam('which')))


def now():
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def get(conn, context, image_id):
    """The image if this context may see it.  ImageNotFound."""
    image = engine.one(conn, _WITH_MEMBER, which=image_id, project=context.project_id)
    if image is None or not _visible(image, context, image['member_status']):
        raise errors.ImageNotFound(image_id)
    image['project_id'] = image['owner']
    return image


def _visible(image, context, member_status):
    if context.is_admin:
        return True
    if context.project_id is None:
        return False
    if image['visibility'] in ('public', 'community'):
        return True
    if image['owner'] is not None and image['owner'] == context.project_id:
        return True
    return image['visibility'] == 'shared' and member_status is not None


def create(conn, values):
    """Write a new image; values has all columns but the times."""
    at = now()
    conn.execute(images.insert().values(created_at=at, updated_at=at, **values))
    _index_tags(conn, values['id'], values['tags'])


def exists(conn, image_id):
    return engine.scalar(conn, sa.select(images.c.id).where(images.c.id == image_id)) is not None


def save(conn, image_id, **values):
    """Write these columns; ImageNotFound when the image is gone."""
    if not conn.execute(images.update().where(images.c.id == image_id).values(updated_at=now(), **values)).rowcount:
        raise errors.ImageNotFound(image_id)


def turn(conn, image_id, before, after, **values):
    """Change the status from one of `before`; False when the image has another status or is gone."""
    return bool(conn.execute(images.update().where(images.c.id == image_id, images.c.status.in_(before)).values(
        status=after, updated_at=now(), **values)).rowcount)


def delete(conn, image_id):
    """Whether it was there."""
    for table in (image_tags, image_members):
        conn.execute(table.delete().where(table.c.image_id == image_id))
    return bool(conn.execute(images.delete().where(images.c.id == image_id)).rowcount)


def set_tags(conn, image_id, tags):
    """Make these all its tags; ImageNotFound."""
    tags = list(dict.fromkeys(tags))
    save(conn, image_id, tags=tags)
    conn.execute(image_tags.delete().where(image_tags.c.image_id == image_id))
    _index_tags(conn, image_id, tags)


def _index_tags(conn, image_id, tags):
    if tags:
        conn.execute(image_tags.insert(), [{'image_id': image_id, 'tag': tag} for tag in tags])


def usage(conn, project_id):
    """{'count', 'bytes', 'uploading' (data coming in)} of a project."""
    row = conn.execute(sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(images.c.size), 0),
        sa.func.coalesce(sa.func.sum(sa.case((images.c.status.in_(('saving', 'uploading', 'importing')), 1), else_=0)),
                         0)).where(images.c.owner == project_id)).first()
    return {'count': row[0], 'bytes': int(row[1]), 'uploading': int(row[2])}


def in_status(conn, statuses, owner=None):
    """[{id, status, updated_at}] of all images, or all of an owner, in these statuses."""
    query = sa.select(images.c.id, images.c.status, images.c.updated_at).where(images.c.status.in_(statuses))
    if owner is not None:
        query = query.where(images.c.owner == owner)
    return engine.rows(conn, query)
