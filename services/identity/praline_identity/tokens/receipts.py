# SPDX-License-Identifier: Apache-2.0
"""Receipts: what somebody has proven so far, to be handed in again with the methods still missing."""
from praline_identity import clock
from praline_identity import errors
from praline_identity.tokens import describe
from praline_identity.tokens.fernet import Fernet
from praline_identity.tokens.payload import Payload
from praline_identity.tokens.proof import Proof


class Receipts:
    """One a process.  Their keys are not those of tokens, so that neither passes for the other."""

    def __init__(self, runtime):
        self._options = runtime.options
        self._fernet = Fernet(runtime.conf.state, 'receipt')

    def issue(self, proof, rules):
        """(receipt, body) for a Proof that the rules want more for."""
        end = proof.began + self._options.receipt_seconds * clock.SECOND
        payload = Payload(proof.user_id, proof.methods, ('', None), proof.began, end, [Proof.new_audit_id()])
        user = describe.show_user(proof.user)
        user.pop('password_expires_at')
        body = {'receipt': {'methods': proof.methods, 'user': user, 'expires_at': clock.show(end),
                            'issued_at': clock.show(proof.began)}, 'required_auth_methods': rules}
        return self._fernet.seal(payload), body

    def methods(self, receipt, user_id):
        """The methods that a receipt of this user proves.  Refused when it is not good."""
        try:
            payload = self._fernet.open(receipt)
        except ValueError:
            raise errors.Refused() from None
        if payload.user_id != user_id or payload.expires_at <= clock.now():
            raise errors.Refused()
        return payload.methods
