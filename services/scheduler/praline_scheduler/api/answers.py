# SPDX-License-Identifier: Apache-2.0
"""Answers with the headers that say how fresh they are, from 1.15 on."""
import datetime
from email.utils import format_datetime

from praline_common.api.rest import Reply

FRESH = (1, 15)


def fresh(req, body, modified=None, status=None, headers=()):
    """A Reply; modified: naive UTC time of the newest thing in it, None for now."""
    headers = dict(headers)
    if req.version >= FRESH:
        modified = modified or datetime.datetime.now(datetime.UTC)
        headers['Last-Modified'] = format_datetime(modified.replace(tzinfo=datetime.UTC), usegmt=True)
        headers['Cache-Control'] = 'no-cache'
    return Reply(body, status, headers, 'application/json' if body is not None else None)


def url(req, *parts):
    """The path of a resource as clients see it."""
    return '/'.join((req.script_name, *parts))
