# SPDX-License-Identifier: Apache-2.0
"""Times as identity keeps them: whole microseconds since 1970, shown in UTC."""
import datetime
import time

SECOND = 1_000_000
DAY = 86400 * SECOND
_START = datetime.datetime(1970, 1, 1)
_BEGAN = time.time_ns(), time.monotonic_ns()


def now():
    return time.time_ns() // 1000


def steady():
    """now(), but never ahead of how long this process has run: a step of the clock forward does not count."""
    return min(now(), (_BEGAN[0] + time.monotonic_ns() - _BEGAN[1]) // 1000)


def show(moment):
    """'2026-11-21T06:00:00.000000Z', or None for None."""
    if moment is None:
        return None
    return (_START + datetime.timedelta(microseconds=moment)).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


def read(text):
    """The moment that an ISO 8601 text names (UTC unless it says otherwise).  ValueError when it is not one."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return (moment - _START) // datetime.timedelta(microseconds=1)
