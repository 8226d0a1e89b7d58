# SPDX-License-Identifier: Apache-2.0
"""The errors that may cross a service's border; a service derives its own from these.

    Error 500
    |-- BadRequest 400            the request is wrong; the message names the field
    |   `-- NotAcceptable 406     no such microversion
    |-- Unauthorized 401
    |-- Forbidden 403
    |   `-- OverQuota 403         details: resource, used, limit, asked
    |-- NotFound 404
    |-- MethodNotAllowed 405
    |-- Conflict 409              the thing is not in a state for this
    |   `-- Superseded 409        somebody else changed the row first; the loser stops
    |-- TooLarge 413
    |-- UnsupportedMedia 415
    |-- NoCapacity 409            details: reasons
    |-- DriverError 500           a back end failed; the message names it
    `-- Unavailable 503           a neighbour or a back end does not answer; ask again
"""

KINDS = {}


class Error(Exception):
    """An expected failure: the HTTP status it means, a message for people, details for programs."""

    status = 500
    title = 'Internal Server Error'

    def __init__(self, message=None, **details):
        super().__init__(message or self.title)
        self.details = details

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        KINDS.setdefault(cls.__name__, cls)

    @property
    def message(self):
        return str(self.args[0])

    def __reduce__(self):
        return _rebuild, (type(self), self.message, self.details)


def _rebuild(cls, message, details):
    return cls(message, **details)


class BadRequest(Error):
    status, title = 400, 'Bad Request'


class NotAcceptable(BadRequest):
    status, title = 406, 'Not Acceptable'


class Unauthorized(Error):
    status, title = 401, 'Unauthorized'


class Forbidden(Error):
    status, title = 403, 'Forbidden'


class OverQuota(Forbidden):
    """Details: resource, used, limit, asked (integers)."""


class NotFound(Error):
    status, title = 404, 'Not Found'


class MethodNotAllowed(Error):
    status, title = 405, 'Method Not Allowed'


class Conflict(Error):
    status, title = 409, 'Conflict'


class Superseded(Conflict):
    """A compare-and-set lost: the row is no longer as it was read."""


class TooLarge(Error):
    status, title = 413, 'Request Entity Too Large'


class UnsupportedMedia(Error):
    status, title = 415, 'Unsupported Media Type'


class NoCapacity(Conflict):
    """No host can take it.  Details: reasons, a list of sentences with numbers."""


class DriverError(Error):
    """A back end failed in a way that asking again will not mend."""


class Unavailable(Error):
    """A neighbour does not answer now; the same request may succeed later."""

    status, title = 503, 'Service Unavailable'


def of_kind(names, message, details):
    """The error whose class is the first known of names; Error if none is."""
    for name in names:
        if name in KINDS:
            return KINDS[name](message, **details)
    return Error(message, **details)
