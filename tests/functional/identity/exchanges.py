# SPDX-License-Identifier: Apache-2.0
"""What tokens, trusts and application credentials may be worth, worked out without identity's code."""
import dataclasses

CHAIN = ('reader', 'member', 'manager')
SECOND = 1_000_000
TOKEN_SECONDS = 3600


def closure(roles):
    """The roles and what they imply."""
    highest = max((CHAIN.index(role) for role in roles), default=-1)
    return set(CHAIN[:highest + 1])


@dataclasses.dataclass
class Credential:
    """An application credential: user, project and roles (closed); ends: microseconds or None."""

    id: str
    secret: str
    user: str
    project: str
    roles: set
    ends: int | None
    unrestricted: bool
    alive: bool = True


@dataclasses.dataclass
class Trust:
    """trustor, trustee: users; source: the Trust that it was passed on from; uses: left, or None."""

    id: str
    trustor: str
    trustee: str
    project: str
    roles: set
    impersonation: bool
    ends: int | None
    uses: int | None
    count: int
    source: object
    deleted: bool = False

    def line(self):
        """This trust and those that it comes from."""
        return [self, *(self.source.line() if self.source else [])]

    def lender(self):
        return self.line()[-1].trustor

    def living(self, now):
        return all(not one.deleted and (one.ends is None or one.ends > now) for one in self.line())


@dataclasses.dataclass
class Token:
    """user: who proved himself; scope: (kind, name); ends: microseconds; revoked: for good, whatever comes."""

    token: str
    user: str
    scope: tuple
    ends: int
    parent: object = None
    credential: Credential = None
    trust: Trust = None
    revoked: bool = False

    def shown_user(self):
        return self.trust.trustor if self.trust and self.trust.impersonation else self.user


class Model:
    """grants: {user: {scope: roles}}; disabled: users; now: microseconds."""

    def __init__(self):
        self.grants, self.disabled, self.tokens = {}, set(), []

    def held(self, user, scope):
        return closure(self.grants[user].get(scope, ()))

    def roles(self, token):
        """The roles that a token is worth now; empty when it is worth nothing."""
        if token.trust:
            lent = closure(token.trust.roles)
            return lent if lent <= self.held(token.trust.lender(), token.scope) else set()
        held = self.held(token.user, token.scope)
        return held & token.credential.roles if token.credential else held

    def good(self, token, now):
        if token.revoked or token.ends <= now or token.user in self.disabled:
            return False
        if token.credential and not token.credential.alive:
            return False
        if token.trust and not self.able(token.trust, now):
            return False
        return token.scope[0] == 'unscoped' or bool(self.roles(token))

    def able(self, trust, now):
        people = {one for each in trust.line() for one in (each.trustor, each.trustee)}
        return trust.living(now) and not people & self.disabled

    def disable(self, user):
        """The user, and for good the tokens of the user and those that act for the user."""
        self.disabled.add(user)
        for token in self.tokens:
            if user == token.user or token.trust and user == token.trust.trustor:
                token.revoked = True

    def lost_role(self, user, scope):
        """Application credentials do not survive that their user loses a role in their project."""
        for token in self.tokens:
            if token.credential and (token.credential.user, ('project', token.credential.project)) == (user, scope):
                token.credential.alive = False
