# SPDX-License-Identifier: Apache-2.0
"""Options of the image service."""
from oslo_config import cfg

OPTIONS = [
    cfg.StrOpt('directory', default='',
               help='Where image data is kept, one file an image; hosts that see the same path start from it '
                    'without a copy.  Empty: <state>/images.'),
    cfg.BoolOpt('shared', default=True,
                help='Hosts see the directory under the same path; off makes them ask for the data over RPC.'),
    cfg.BoolOpt('check_formats', default=True,
                help='Refuse data that is not of the disk_format its image claims (415).  References out of an '
                     'image (backing files, data files, external extents) are refused either way.'),
    cfg.IntOpt('largest_image', default=1 << 40, min=1, help='Bytes that one image may have; more answers 413.'),
    cfg.IntOpt('project_bytes', default=-1, help='Bytes that all images of a project may have; -1: any.'),
    cfg.IntOpt('project_images', default=-1, help='Images that a project may have; -1: any.'),
    cfg.IntOpt('most_properties', default=128, help='Own properties that an image may have; -1: any.'),
    cfg.IntOpt('most_tags', default=128, help='Tags that an image may have; -1: any.'),
    cfg.IntOpt('most_members', default=128, help='Projects that an image may be shared with; -1: any.'),
    cfg.IntOpt('page', default=25, min=1, help='Images on a page of a list that names no limit.'),
    cfg.ListOpt('import_methods', default=['glance-direct', 'web-download'],
                help='Ways to import that are offered: glance-direct, web-download.'),
    cfg.ListOpt('download_schemes', default=['http', 'https'], help='Schemes that web-download takes.'),
    cfg.ListOpt('download_networks', default=[],
                help='Networks that web-download may reach although they are loopback, link-local or private, like '
                    '10.0.0.0/8.'),
    cfg.IntOpt('stalled_seconds', default=900, min=1,
               help='An upload that wrote nothing for so long is given up: the image is queued again.'),
]
