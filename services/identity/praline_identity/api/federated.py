# SPDX-License-Identifier: Apache-2.0
"""The attribute `federated` of users: whom they are to identity providers."""
from praline_identity import errors
from praline_identity.db import federated_users
from praline_identity.db import federation_protocols

_PROTOCOL = {'type': 'object', 'required': ['protocol_id', 'unique_id'], 'properties': {
    'protocol_id': {'type': 'string'}, 'unique_id': {'type': 'string', 'minLength': 1, 'maxLength': 255}}}
SCHEMA = {'type': 'array', 'items': {'type': 'object', 'required': ['idp_id', 'protocols'], 'properties': {
    'idp_id': {'type': 'string'}, 'protocols': {'type': 'array', 'minItems': 1, 'items': _PROTOCOL}}}}


def show(conn, user):
    """The user row with `federated`, where there is any."""
    found = federated_users.of(conn, user['id'])
    return {**user, 'federated': found} if found else user


def save(conn, user_id, given):
    """From now on the user is these to the providers; BadRequest when one of them does not exist."""
    if not given:
        return
    federated_users.forget(conn, user_id)
    for provider in given:
        for protocol in provider['protocols']:
            _check(conn, provider['idp_id'], protocol['protocol_id'])
            federated_users.create(conn, provider['idp_id'], protocol['protocol_id'], protocol['unique_id'], user_id)


def _check(conn, provider_id, protocol_id):
    try:
        federation_protocols.get(conn, provider_id, protocol_id)
    except errors.NotFound as error:
        raise errors.BadRequest(error.message) from None
