# SPDX-License-Identifier: Apache-2.0
"""What other services may ask of identity."""
from praline_common import rpc


class Identity(rpc.Client):

    def __init__(self, transport):
        super().__init__(transport, 'identity')

    def validate_token(self, ctx, token, allow_expired=False):
        """{'token': {...}} as GET /v3/auth/tokens answers it, without the catalog.  NotFound when it is not good."""
        return self.call(ctx, 'validate_token', token=token, allow_expired=allow_expired)

    def revision(self, ctx):
        """An integer that grows with every change that may make a token invalid or change its roles."""
        return self.call(ctx, 'revision', timeout=5)

    def project_exists(self, ctx, project_id):
        return self.call(ctx, 'project_exists', project_id=project_id)
