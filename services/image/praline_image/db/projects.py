# SPDX-License-Identifier: Apache-2.0
"""What a whole project has in image."""
import sqlalchemy as sa

from praline_common import emptying
from praline_common.db import engine
from praline_image.db.models import definitions, image_members, images, namespaces


def resources(conn, project_id):
    """Entries of project_resources; see contracts/projects.py."""
    return [
        *emptying.count(conn, 'images', images, images.c.owner == project_id, size=images.c.size, unit='bytes'),
        *emptying.count(conn, 'image_members', image_members, image_members.c.member == project_id,
                        identity='image_id', name=''),
        *emptying.count(conn, 'metadef_namespaces', namespaces, namespaces.c.owner == project_id,
                        identity='namespace', name='display_name')]


def image_ids(conn, project_id):
    return conn.execute(sa.select(images.c.id).where(images.c.owner == project_id)).scalars().all()


def forget(conn, project_id):
    """The shares that others gave the project, and its metadata definitions."""
    mine = [row['namespace'] for row in engine.rows(conn, sa.select(namespaces.c.namespace).where(
        namespaces.c.owner == project_id))]
    conn.execute(image_members.delete().where(image_members.c.member == project_id))
    conn.execute(definitions.delete().where(definitions.c.namespace.in_(mine)))
    conn.execute(namespaces.delete().where(namespaces.c.namespace.in_(mine)))
