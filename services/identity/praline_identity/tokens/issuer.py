# SPDX-License-Identifier: Apache-2.0
"""Issues, checks and revokes tokens; remembers what it checked as long as identity's revision stands."""
import collections
import hashlib
import math
import threading
import time

import orjson

from praline_common import shortcuts
from praline_common.db import engine
from praline_common.errors import Unavailable
from praline_identity import clock
from praline_identity import errors
from praline_identity.directories import Directories
from praline_identity.db import revision
from praline_identity.db import revocations
from praline_identity.tokens import describe
from praline_identity.tokens.formats import Formats
from praline_identity.tokens.ground import Ground
from praline_identity.tokens.payload import Payload
from praline_identity.tokens.shared import Shared


class Checked:
    """A token's payload, its body without the catalog, and the catalog; bytes are rendered when asked for.

    entries: the catalog, or a function that makes it when it is asked for.
    revision, until: it holds as long as identity's revision is this, and time.monotonic() less than that.
    """

    def __init__(self, payload, body, entries, number):
        self.payload, self.body, self._entries, self.revision = payload, body, entries, number
        self.until, self._bytes = math.inf, {}

    @property
    def catalog(self):
        if callable(self._entries):
            self._entries = self._entries()
        return self._entries

    def holds(self, number):
        return self.revision == number and time.monotonic() < self.until

    def rendered(self, with_catalog=True):
        """The JSON of {'token': ...}."""
        with_catalog = with_catalog and self.catalog is not None
        found = self._bytes.get(with_catalog)
        if found is None:
            body = {**self.body, 'catalog': self.catalog} if with_catalog else self.body
            found = self._bytes[with_catalog] = orjson.dumps({'token': body})
        return found


class Tokens:
    """One a process.  Also the auth filter's source: called with a token, and revision().

    A token that is not good, for whatever reason, is NotFound; Unavailable when that cannot be told.
    """

    def __init__(self, runtime):
        self.options, self.db, self._directories = runtime.options, runtime.db, runtime.shared(Directories)
        self._formats = Formats(runtime.conf.state, runtime.options.token_format)
        self._reader = revision.Reader(runtime.db)
        self.revision = self._reader.read
        self._shared = Shared(runtime)
        self._known, self._lock = collections.OrderedDict(), threading.Lock()
        self._ground = (None, None)

    def __call__(self, token, allow_expired=False):
        """{'token': body}; good_for: the seconds that it may be remembered, where a directory has a say."""
        checked = self.check(token, allow_expired)
        if checked.until == math.inf:
            return {'token': checked.body}
        return {'token': checked.body, 'good_for': self.options.directory_seconds}

    def issue(self, conn, proof, scope, number):
        """(token, Checked) for a Proof in a Scope, both found at revision `number`.  Refused without a role there."""
        payload = self._payload(proof, (scope.kind, scope.id), scope.trust, number)
        if proof.user is None:
            self._directories.freshen(proof.user_id)
        checked = self._describe(conn, payload, number, proof.user, scope.row)
        token = self._formats.seal(payload)
        if scope.trust is None:
            self._bound(checked, [proof.user_id])
            self._keep(token, checked)
            self._share(token, checked)
        return token, checked

    def _payload(self, proof, scope, trust, number):
        now = proof.began
        ends = [now + self.options.token_seconds * clock.SECOND, proof.expires_at, trust and trust['expires_at']]
        audit_ids = [proof.new_audit_id()]
        if proof.parent_audit_id:
            audit_ids.append(proof.parent_audit_id)
        return Payload(proof.user_id, proof.methods, scope, now, min(end for end in ends if end), audit_ids,
                       trust_id=trust and trust['id'], application_credential_id=proof.application_credential_id,
                       identity_provider=proof.identity_provider, protocol=proof.protocol,
                       group_ids=list(proof.group_ids), access_token_id=proof.access_token_id,
                       thumbprint=proof.thumbprint, revision=number)

    def check(self, token, allow_expired=False):
        """The Checked of a token that is good now, or was within expired_seconds when allow_expired."""
        key = _key(token)
        number = self.revision()
        known = self._known.get(key)
        if known is None or not known.holds(number) or shortcuts.avoided():
            known = self._open(token, number)
            self._keep(token, known, key)
        end = known.payload.expires_at
        if allow_expired:
            end += self.options.expired_seconds * clock.SECOND
        if end <= clock.now():
            raise _not_good()
        return known

    def revoke(self, token):
        """This one token, not those made from it."""
        payload = self.check(token).payload
        with self.db.write() as conn:
            revocations.revoke(conn, 'audit:' + payload.audit_ids[0], self.longest)

    @property
    def longest(self):
        """Seconds after which no token issued now can still be asked about."""
        return self.options.token_seconds + self.options.expired_seconds + 60

    def _open(self, token, number):
        try:
            payload = self._formats.open(token)
            body = self._shared.get(token, number)
            if body is not None:
                return Checked(payload, body, lambda: self._catalog(payload, body, number), number)
            with self.db.read() as conn:
                people = describe.people(conn, payload)
            self._directories.freshen(*people)
            with self.db.read() as conn:
                checked = self._bound(self._describe(conn, payload, number), people)
        except (ValueError, errors.Unauthorized, errors.Forbidden, errors.NotFound):
            raise _not_good() from None
        except Exception as error:
            if not engine.is_away(error):
                raise
            raise Unavailable("Identity's database does not answer; ask again") from error
        self._share(token, checked)
        return checked

    def _share(self, token, checked):
        """Let other processes know, but for what does not hold as long as the revision."""
        if checked.until == math.inf:
            self._shared.put(token, checked.revision, checked.body)

    def _catalog(self, payload, body, number):
        with self.db.read() as conn:
            return _entries(conn, self.ground(conn, number), payload, body)

    def _bound(self, checked, people):
        """What depends on users of a directory is looked at again after a while."""
        if any(self._directories.mapped(user_id) for user_id in people):
            checked.until = time.monotonic() + self.options.directory_seconds
        return checked

    def _describe(self, conn, payload, number, user=None, project=None):
        ground = self.ground(conn, number)
        body = describe.describe(conn, payload, ground, user, project)
        return Checked(payload, body, _entries(conn, ground, payload, body), number)

    def ground(self, conn, number=None):
        """The Ground of this revision (the newest)."""
        number = self.revision() if number is None else number
        known, ground = self._ground
        if known != number or shortcuts.avoided():
            ground = Ground(conn)
            self._ground = (number, ground)
        return ground

    def _keep(self, token, checked, key=None):
        if not self.options.token_cache:
            return
        with self._lock:
            self._known[key or _key(token)] = checked
            while len(self._known) > self.options.token_cache:
                self._known.popitem(last=False)


def _entries(conn, ground, payload, body):
    """The catalog that a token shows, None without a scope."""
    kind, scope_id = payload.scope
    return ground.catalog(conn, body['user']['id'], scope_id if kind == 'project' else None) if kind else None


def _key(token):
    """A token is not kept in memory as such."""
    return hashlib.blake2b(token.encode('utf-8', 'surrogateescape'), digest_size=20).digest()


def _not_good():
    return errors.NotFound('Could not find token.')
