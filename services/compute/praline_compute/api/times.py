# SPDX-License-Identifier: Apache-2.0
"""Times in queries and answers: text to moments, and both to the text that compute's tables hold."""
import datetime

from praline_common import errors
from praline_compute.db.columns import stamp

UTC = datetime.timezone.utc


def parse(text, name):
    """The moment that an ISO 8601 text means, in UTC when it names no zone.  BadRequest naming the parameter."""
    try:
        moment = datetime.datetime.fromisoformat(text.strip().replace(' ', '+') if 'T' in text else text.strip())
    except ValueError:
        raise errors.BadRequest('Invalid input for query parameters %s. Value: %s. It is not a date-time'
                                % (name, text)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def window(req):
    """(changes-since, changes-before) of a query as stored texts, None where it has none.  BadRequest."""
    since, before = (req.GET.get(name) and stamp(parse(req.GET[name], name))
                     for name in ('changes-since', 'changes-before'))
    if since and before and since > before:
        raise errors.BadRequest('The value of changes-since must be less than or equal to changes-before.')
    return since, before


def of_seconds(seconds):
    """Seconds since the epoch as stored text; None stays."""
    return None if seconds is None else stamp(datetime.datetime.fromtimestamp(seconds, UTC))
