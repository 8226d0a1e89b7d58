# SPDX-License-Identifier: Apache-2.0
"""Authentication from the request to the token: who, by which methods, in which scope."""
from praline_identity import errors
from praline_identity.directories import Directories
from praline_identity import passwords
from praline_identity.db import projects
from praline_identity.db import trusts
from praline_identity.db import users
from praline_identity.federation import front as fronts
from praline_identity.sealing import Sealer
from praline_identity.tokens import external
from praline_identity.tokens import methods
from praline_identity.tokens import scopes
from praline_identity.tokens.issuer import Tokens
from praline_identity.tokens.proof import Proof
from praline_identity.tokens.receipts import Receipts


class Room:
    """What authentication needs; one a process (runtime.shared(Room))."""

    def __init__(self, runtime):
        self.db, self.options = runtime.db, runtime.options
        self.tokens, self.directories = runtime.shared(Tokens), runtime.shared(Directories)
        self.hasher = runtime.shared(passwords.Hasher.of)
        self.sealer, self.receipts = runtime.shared(Sealer), runtime.shared(Receipts)
        self.base_url = runtime.conf.base_url

    def login(self, auth, receipt=None, request=None, front=fronts.NOTHING):
        """(token, Checked) for the `auth` object of a request, and the receipt that came with it.

        MoreMethods when it was right as far as it went; its details are receipt and body.
        request: the whole request, for methods that look beyond its body; front: what the web server says of it.
        """
        attempt = Attempt(self, auth, request, front)
        number = self.tokens.revision()
        proof = attempt.prove(receipt)
        number = number if proof.revision is None else proof.revision
        with self.db.read() as conn:
            scope = attempt.scope(conn, proof)
            if scope.trust is None:
                return self.tokens.issue(conn, proof, scope, number)
        return self._use_trust(proof, scope, number)

    def _use_trust(self, proof, scope, number):
        """A use is taken in the transaction that issues, so that two cannot share the last one."""
        trust = scope.trust
        with self.db.write() as conn:
            if trust['remaining_uses'] is not None and not trusts.consume(conn, trust['id']):
                raise errors.Refused()
            return self.tokens.issue(conn, proof, scope, number)


class Attempt:
    """One request to authenticate; what the methods see of it: db, options, tokens, hasher, sealer, scope_word,
    base_url, request and front."""

    def __init__(self, room, auth, request=None, front=fronts.NOTHING):
        self.db, self.options, self.tokens, self.hasher = room.db, room.options, room.tokens, room.hasher
        self.sealer, self._receipts, self.directories = room.sealer, room.receipts, room.directories
        self.base_url, self.request, self.front = room.base_url, request, front
        self._methods = methods.enabled(room.options)
        self._identity, self._scope = auth['identity'], auth.get('scope')
        self.scope_word = scopes.named(self._scope)

    def prove(self, receipt=None):
        proof = Proof()
        asked = list(dict.fromkeys(self._identity['methods']))
        for name in asked:
            if name not in self._identity:
                raise errors.BadRequest('Expecting to find %s in identity.' % name)
            if name not in self._methods:
                raise errors.Refused('Attempted to authenticate with an unsupported method.')
        external.also(self, asked, proof)
        for name in asked:
            proof.methods.append(name)
            self._methods[name](self, self._identity[name], proof)
        if proof.user_id is None or (proof.access_token_id and proof.application_credential_id):
            raise errors.Refused()
        self._enough(proof, receipt)
        return proof

    def _enough(self, proof, receipt):
        """The user's multi-factor rules: the methods must cover one of them."""
        if proof.user is None:
            self.directories.freshen(proof.user_id)
            with self.db.read() as conn:
                proof.user = users.for_token(conn, proof.user_id)
        if proof.user is None:
            raise errors.Refused()
        if receipt:
            earlier = self._receipts.methods(receipt, proof.user_id)
            proof.methods += [method for method in earlier if method not in proof.methods]
        options = proof.user['options']
        rules = [rule for rule in options.get('multi_factor_auth_rules') or () if set(rule) & self._methods.keys()]
        if not rules or options.get('multi_factor_auth_enabled') is False:
            return
        if not any(set(rule) & self._methods.keys() <= set(proof.methods) for rule in rules):
            given, body = self._receipts.issue(proof, rules)
            raise errors.MoreMethods('Additional authentication is required.', receipt=given, body=body)

    def scope(self, conn, proof):
        """The Scope asked for, or brought by the method, or of the user's default project."""
        if proof.scope is not None:
            return scopes.Scope(*proof.scope)
        if self.scope_word:
            return scopes.find(conn, self._scope)
        if proof.identity_provider or not proof.user['default_project_id']:
            return scopes.Scope()
        return self._default(conn, proof)

    def _default(self, conn, proof):
        """The default project when it is enabled and the user has a role there; else no scope."""
        row = projects.with_domain(conn, proof.user['default_project_id'])
        if not row or not row['enabled'] or not row['domain_enabled'] or row['is_domain']:
            return scopes.Scope()
        held = self.tokens.ground(conn).roles(conn, proof.user_id, ('project', row['id']))
        return scopes.Scope('project', row['id'], row) if held else scopes.Scope()
