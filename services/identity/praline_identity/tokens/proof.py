# SPDX-License-Identifier: Apache-2.0
"""What authentication has proven: who it is, by which methods, and what that limits."""
import base64
import dataclasses
import os

from praline_identity import clock


@dataclasses.dataclass
class Proof:
    """expires_at: the end (microseconds) that a token made of this may not pass, or None.

    began: when the proving began; a token counts from then, so that what is revoked meanwhile covers it.
    revision: the one that a method reached by its own changes, where the token counts from; None: that of the beginning.
    user: the for_token row of user_id, when a method has read it.
    parent_audit_id: of the first token in a chain of tokens made from tokens.
    thumbprint: of the certificate that the token is bound to.
    """

    began: int = dataclasses.field(default_factory=clock.now)
    revision: int | None = None
    user_id: str = None
    user: dict | None = None
    methods: list = dataclasses.field(default_factory=list)
    expires_at: int | None = None
    parent_audit_id: str | None = None
    application_credential_id: str | None = None
    access_token_id: str | None = None
    thumbprint: str | None = None
    scope: tuple | None = None
    identity_provider: str | None = None
    protocol: str | None = None
    group_ids: tuple = ()

    @staticmethod
    def new_audit_id():
        return base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip('=')

    def sure(self, user_id, refuse, user=None):
        """Every method must have found the same user."""
        if self.user_id not in (None, user_id):
            raise refuse
        self.user_id, self.user = user_id, user or self.user

    def limit(self, end):
        if end is not None:
            self.expires_at = end if self.expires_at is None else min(self.expires_at, end)
