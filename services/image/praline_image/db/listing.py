# SPDX-License-Identifier: Apache-2.0
"""The list of images: who sees what, the filters, one page; one statement a page, two with a marker."""
import sqlalchemy as sa

from praline_common.db import query
from praline_image.db.models import image_members, image_tags, images


def list_(conn, context, page, wanted):
    """Rows of images.  wanted: {'visibility', 'member_status', 'tags', 'columns' {name: value or list},
    'ranges' [(column name, operator name, value)], 'properties' {name: value}}; all optional."""
    statement = _seen_by(sa.select(images), context, wanted)
    for name, value in wanted.get('columns', {}).items():
        statement = statement.where(query.match(images.c[name], value))
    for name, operator, value in wanted.get('ranges', ()):
        statement = statement.where(getattr(images.c[name], operator)(value))
    for name, value in wanted.get('properties', {}).items():
        statement = statement.where(images.c.properties[name].as_string() == value)
    for tag in wanted.get('tags', ()):
        statement = statement.where(sa.exists().where(
            image_tags.c.image_id == images.c.id, image_tags.c.tag == tag))
    return query.page(conn, statement, images, page)


def _seen_by(statement, context, wanted):
    """Own, public and accepted shared images; community ones of others only when they are asked for."""
    visibility, project = wanted.get('visibility'), context.project_id
    if not context.is_admin:
        seen = [images.c.visibility.in_(('public', 'community'))]
        if project is not None:
            seen += [images.c.owner == project, _shared_with(project, wanted.get('member_status', 'accepted'))]
        statement = statement.where(sa.or_(*seen))
    if visibility == 'all':
        return statement
    if visibility is not None:
        return statement.where(images.c.visibility == visibility)
    not_others_community = images.c.visibility != 'community'
    if project is not None:
        not_others_community = sa.or_(not_others_community, images.c.owner == project)
    return statement.where(not_others_community)


def _shared_with(project, status):
    member = sa.exists().where(image_members.c.image_id == images.c.id, image_members.c.member == project)
    if status != 'all':
        member = member.where(image_members.c.status == status)
    return sa.and_(images.c.visibility == 'shared', member)
