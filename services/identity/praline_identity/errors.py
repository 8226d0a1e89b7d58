# SPDX-License-Identifier: Apache-2.0
"""What identity refuses, beyond the common errors.

    Unauthorized
    |-- Refused               the one answer to every wrong identity: it does not say what was wrong
    |-- PasswordExpired       the password was right, and must be changed first
    |-- Locked                too many wrong passwords
    `-- MoreMethods           the multi-factor rules want more; details: receipt, body
    NotSupported 501         what v2.0 names and never had
"""
from praline_common.errors import BadRequest, Conflict, Error, Forbidden, NotFound, Unauthorized, Unavailable

__all__ = ['BadRequest', 'Conflict', 'Forbidden', 'Locked', 'MoreMethods', 'NotFound', 'NotSupported', 'PasswordExpired', 'Refused',
           'Unauthorized', 'Unavailable', 'forbidden_action']


class Refused(Unauthorized):
    def __init__(self, message='The request you have made requires authentication.', **details):
        super().__init__(message, **details)


class PasswordExpired(Unauthorized):
    pass


class Locked(Unauthorized):
    pass


class MoreMethods(Unauthorized):
    pass


class NotSupported(Error):
    status, title = 501, 'Not Implemented'


def forbidden_action(action):
    return Forbidden('You are not authorized to perform the requested action: %s.' % action)
