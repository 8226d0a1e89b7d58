# SPDX-License-Identifier: Apache-2.0
"""PATCH /v2.0/OS-KSCRUD/users/{id}: changes the caller's own password and answers a new token."""
from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api import users as v3
from praline_identity.api.resource import Resource
from praline_identity.api.v2 import shapes
from praline_identity.api.v2.tokens import said

CHANGE = parts.wrapped('user', {'password': {'type': 'string'}, 'original_password': {'type': 'string'}},
                       ['password', 'original_password'])


class OwnPassword(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.passwords = v3.UserPassword(runtime)

    @operation('identity:change_password', rules.ANYONE, body=CHANGE)
    def patch(self, req, user_id, body):
        delegation.refuse_lent(req, 'Cannot change a password with a token issued via delegation.')
        if req.context.user_id != user_id:
            raise errors.Forbidden('Token belongs to another user')
        shapes.run(self.passwords.post, req, user_id, body)
        scope = {'project': {'id': req.context.project_id}} if req.context.project_id else 'unscoped'
        user = {'id': user_id, 'password': body['user']['password']}
        token_id, checked = self.room.login({
            'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': scope})
        return said(self.db, token_id, checked)
