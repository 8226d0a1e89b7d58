# SPDX-License-Identifier: Apache-2.0
"""What the other services may ask of identity."""
import functools

from praline_common import rpc
from praline_common.service import Worker
from praline_identity import deletions
from praline_identity import errors
from praline_identity import limit_model
from praline_identity.db import federated_users
from praline_identity.db import nonces
from praline_identity.db import projects
from praline_identity.db import request_tokens
from praline_identity.db import revision
from praline_identity.db import revocations
from praline_identity.flows.delete_project import DeleteProject
from praline_identity.tokens.issuer import Tokens

_FORGET_EVERY = 600
_LAPSE_EVERY = 60
_BEGIN_EVERY = 5


class Endpoint:

    def __init__(self, runtime):
        self._db, self._tokens = runtime.db, runtime.shared(Tokens)

    @rpc.method
    def validate_token(self, ctx, token, allow_expired=False):
        return self._tokens(token, allow_expired)

    @rpc.method
    def revision(self, ctx):
        return self._tokens.revision()

    @rpc.method
    def project_exists(self, ctx, project_id):
        with self._db.read() as conn:
            try:
                return not projects.get(conn, project_id)['is_domain']
            except errors.NotFound:
                return False


def worker(runtime):
    limit_model.check_tree(runtime.db, runtime.options)

    def forget():
        with runtime.db.write() as conn:
            for table in (revocations, nonces, request_tokens):
                table.forget(conn)

    return Worker(endpoints=[Endpoint(runtime)], flows=[DeleteProject], periodics=[
        (_FORGET_EVERY, forget), (_LAPSE_EVERY, Lapse(runtime)),
        (_BEGIN_EVERY, functools.partial(deletions.begin_due, runtime))])


class Lapse:
    """When a group membership of a federated login ends, what is remembered of tokens is looked at anew in a minute."""

    def __init__(self, runtime):
        self._db, self._seen = runtime.db, 0

    def __call__(self):
        with self._db.read() as conn:
            ended, self._seen = federated_users.ended_since(conn, self._seen)
        if ended:
            with self._db.write() as conn:
                revision.bump(conn)
