# SPDX-License-Identifier: Apache-2.0
"""What an image may be changed to, and by whom, beyond what the schema says."""
from praline_common import errors
from praline_image.api.images import schema
from praline_image.db import images as rows

PUBLICIZE, COMMUNITIZE = 'publicize_image', 'communitize_image'


def check_visibility(policy, context, image, visibility):
    """Public for administrators, community for the project's members, as the policy has it.  Forbidden."""
    target = {'project_id': image.get('owner'), 'user_id': None}
    if visibility == 'public':
        policy.require(context, PUBLICIZE, target)
    if visibility == 'community':
        policy.require(context, COMMUNITIZE, target)


def check_counts(options, properties, tags):
    """TooLarge."""
    _at_most('properties', sum(not name.startswith(schema.RESERVED_PREFIX) for name in properties),
             options.most_properties)
    _at_most('tags', len(tags), options.most_tags)
    for name in properties:
        if not 0 < len(name) <= 255:
            raise errors.BadRequest('Custom property should not be greater than 255 characters.')


def _at_most(what, count, limit):
    if 0 <= limit < count:
        raise errors.TooLarge('The limit has been exceeded on the number of allowed image %s. Attempted: %d, '
                              'Maximum: %d' % (what, count, limit))


def check_image_count(conn, options, project_id):
    """One more image fits the project's quota.  TooLarge with used, limit and asked."""
    limit = options.project_images
    if limit < 0:
        return
    used = rows.usage(conn, project_id)['count']
    if used >= limit:
        raise errors.TooLarge('Project %s is over a limit for image_count_total: used %d, limit %d, asked 1'
                              % (project_id, used, limit), resource='image_count_total', used=used, limit=limit,
                              asked=1)


def check_formats_settable(image, columns):
    """Formats describe the data, so they are fixed once there is some.  Forbidden."""
    if image['status'] == 'queued':
        return
    for name in ('disk_format', 'container_format'):
        if name in columns and columns[name] != image[name]:
            raise errors.Forbidden("Attribute %s can be only replaced for a queued image." % name)
