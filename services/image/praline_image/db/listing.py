# SPDX-License-Identifier: Apache-2.0
"""The list of images: who sees what, the filters, one page; one statement a page, two with a marker."""
import functools

import sqlalchemy as sa

from praline_common.db import query
from praline_common.db.prepared import Prepared
from praline_image.db.models import image_members, image_tags, images

_ALL, _PROJECT = Prepared(sa.select(images)), sa.bindparam('project')
_NOT_HIDDEN = query.Standing(images.c.os_hidden.is_(False))


def list_(conn, context, page, wanted):
    """Rows of images.  wanted: {'visibility', 'member_status', 'tags', 'columns' {name: value or list},
    'ranges' [(column name, operator name, value)], 'properties' {name: value}}; all optional."""
    clauses = [_seen_by(context.is_admin, context.project_id is not None, wanted.get('visibility'),
                        wanted.get('member_status', 'accepted'))]
    for name, value in wanted.get('columns', {}).items():
        clauses.append(_NOT_HIDDEN if (name, value) == ('os_hidden', False) else query.match(images.c[name], value))
    for name, operator, value in wanted.get('ranges', ()):
        clauses.append(getattr(images.c[name], operator)(value))
    for name, value in wanted.get('properties', {}).items():
        clauses.append(images.c.properties[name].as_string() == value)
    for tag in wanted.get('tags', ()):
        clauses.append(sa.exists().where(image_tags.c.image_id == images.c.id, image_tags.c.tag == tag))
    return query.page(conn, _ALL, images, page, clauses=clauses, project=context.project_id)


@functools.cache
def _seen_by(is_admin, in_project, visibility, member_status):
    """Own, public and accepted shared images; community ones of others only when they are asked for."""
    clauses = []
    if not is_admin:
        seen = [images.c.visibility.in_(('public', 'community'))]
        if in_project:
            seen += [images.c.owner == _PROJECT, _shared(member_status)]
        clauses.append(sa.or_(*seen))
    if visibility is None:
        mine = [images.c.owner == _PROJECT] if in_project else []
        clauses.append(sa.or_(images.c.visibility != 'community', *mine))
    elif visibility != 'all':
        clauses.append(images.c.visibility == visibility)
    return query.Standing(sa.and_(sa.true(), *clauses))


def _shared(status):
    """With the project, in this status."""
    member = sa.exists().where(image_members.c.image_id == images.c.id, image_members.c.member == _PROJECT)
    if status != 'all':
        member = member.where(image_members.c.status == status)
    return sa.and_(images.c.visibility == 'shared', member)
