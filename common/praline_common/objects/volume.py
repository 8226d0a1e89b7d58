# SPDX-License-Identifier: Apache-2.0
"""What the volume service tells its hosts about a volume."""
from praline_common.objects import base


@base.register
class Volume(base.WireObject):
    """One volume as a back end sees it: its id and the size it must have, in GiB."""

    VERSION = '1.0'

    fields = {
        'id': base.fields.StringField(),
        'size_gb': base.fields.IntegerField(),
    }
