# SPDX-License-Identifier: Apache-2.0
"""The LDAP server of one domain: bound connections kept for the next question, and an end to waiting."""
import contextlib
import logging
import random
import re
import threading
import time

import ldap
from ldap.controls.libldap import SimplePagedResultsControl

from praline_common import errors
from praline_identity.drivers.ldap import wire

LOG = logging.getLogger(__name__)
_SCOPES = {'one': ldap.SCOPE_ONELEVEL, 'sub': ldap.SCOPE_SUBTREE}
_DEREF = {'never': ldap.DEREF_NEVER, 'searching': ldap.DEREF_SEARCHING, 'finding': ldap.DEREF_FINDING,
          'always': ldap.DEREF_ALWAYS}
_AWAY = (ldap.SERVER_DOWN, ldap.CONNECT_ERROR, ldap.TIMEOUT, ldap.UNAVAILABLE, ldap.BUSY)
# Answers to a question that was understood.
_REFUSED = (ldap.NO_SUCH_OBJECT, ldap.INVALID_CREDENTIALS, ldap.INAPPROPRIATE_AUTH, ldap.INVALID_DN_SYNTAX,
            ldap.UNWILLING_TO_PERFORM, ldap.INSUFFICIENT_ACCESS, ldap.CONSTRAINT_VIOLATION)
# How long a server that did not answer is not asked, so that its silence costs other requests no thread.
_PAUSE = 1.0


class Server:
    """search(...) and lets_in(...); Unavailable when there is no answer within bounded time."""

    def __init__(self, domain_id, settings, seconds):
        self._domain, self._settings = domain_id, settings
        self._scope = _SCOPES[settings.query_scope]
        limits = [settings.pool_connection_timeout if settings.use_pool else 0, settings.connection_timeout, seconds]
        self._seconds = next(limit for limit in limits if limit > 0)
        pooled, logins = settings.use_pool, settings.use_pool and settings.use_auth_pool
        self._asking = _Pool(self._connect_bound, settings.pool_size if pooled else 0,
                             settings.pool_connection_lifetime)
        self._logins = _Pool(self._connect, settings.auth_pool_size if logins else 0,
                             settings.auth_pool_connection_lifetime)
        self._silent_until, self._probing = 0.0, threading.Lock()

    def search(self, base, text, attributes, here=False):
        """[(dn, {attribute in lower case: [bytes]})] below base (or of base itself); [] when base is not there."""
        scope = ldap.SCOPE_BASE if here else self._scope
        try:
            found = self._ask(self._asking, lambda conn: self._search(conn, base, scope, text, attributes))
        except ldap.NO_SUCH_OBJECT:
            return []
        except ldap.LDAPError as error:
            raise self._useless(error) from None
        return [(dn, {name.lower(): values for name, values in entry.items()}) for dn, entry in found
                if dn is not None]

    def lets_in(self, dn, password):
        """Whether a bind with this DN and (non-empty) password succeeds."""
        try:
            self._ask(self._logins, lambda conn: conn.simple_bind_s(dn, password))
        except _REFUSED:
            return False
        return True

    def close(self):
        self._asking.close()
        self._logins.close()

    def _search(self, conn, base, scope, text, attributes):
        size = self._settings.page_size
        if not size or scope == ldap.SCOPE_BASE:
            return conn.search_ext_s(base, scope, text, attributes, timeout=self._seconds)
        control, found = SimplePagedResultsControl(True, size=size, cookie=''), []
        while True:
            message = conn.search_ext(base, scope, text, attributes, serverctrls=[control], timeout=self._seconds)
            _, page, _, answers = conn.result3(message, timeout=self._seconds)
            found += page
            answer = next((one for one in answers if one.controlType == control.controlType), None)
            if answer is None or not answer.cookie:
                return found
            control.cookie = answer.cookie

    def _ask(self, pool, call):
        """call(connection), once more on a new one when a kept one has died meanwhile."""
        with self._turn():
            try:
                with pool.connection() as conn:
                    return call(conn)
            except _Stale:
                with pool.connection(fresh=True) as conn:
                    return call(conn)

    @contextlib.contextmanager
    def _turn(self):
        """Turn what the library raises into Unavailable; one at a time asks a server that has been silent."""
        suspect = self._silent_until > 0
        if suspect and (time.monotonic() < self._silent_until or not self._probing.acquire(blocking=False)):
            raise self._unavailable('does not answer')
        try:
            yield
            self._silent_until = 0.0
        except _AWAY as error:
            self._silent_until = time.monotonic() + _PAUSE
            LOG.error('LDAP directory of domain %s: %s', self._domain, _told(error))
            raise self._unavailable('does not answer') from None
        except (ldap.SIZELIMIT_EXCEEDED, ldap.ADMINLIMIT_EXCEEDED):
            raise self._unavailable('does not give so many entries at once: set page_size, or narrow the list'
                                    ) from None
        except _REFUSED:
            self._silent_until = 0.0
            raise
        except ldap.LDAPError as error:
            raise self._useless(error) from None
        finally:
            if suspect:
                self._probing.release()

    def _useless(self, error):
        LOG.error('LDAP directory of domain %s: %s', self._domain, _told(error))
        return self._unavailable('gives no usable answer; the log of the service says why')

    def _unavailable(self, what):
        return errors.Unavailable('The LDAP directory of domain %s %s' % (self._domain, what))

    def _connect_bound(self):
        """A connection as the account that the cloud searches with."""
        conn = self._connect()
        try:
            if self._settings.user and self._settings.password:
                conn.simple_bind_s(self._settings.user, self._settings.password)
        except _REFUSED:
            LOG.error('LDAP directory of domain %s refuses the account %s', self._domain, self._settings.user)
            raise self._unavailable('refuses the account that this cloud reads it with') from None
        return conn

    def _connect(self):
        """A connection to the first server of the URLs that answers."""
        settings = self._settings
        urls = re.split(r'[\s,]+', settings.url.strip())
        if settings.randomize_urls:
            random.shuffle(urls)
        for url in urls:
            try:
                return self._over(wire.connect(url, settings, self._seconds))
            except OSError as error:
                LOG.error('LDAP server %s of domain %s: %s', url, self._domain, error)
        raise ldap.SERVER_DOWN({'desc': 'none of the servers answers'})

    def _over(self, descriptor):
        settings = self._settings
        # The library never connects by itself: nobody listens at this address.
        conn = ldap.initialize('ldap://127.0.0.1:1', fileno=descriptor)
        conn.protocol_version = ldap.VERSION3
        conn.timeout = self._seconds
        conn.set_option(ldap.OPT_NETWORK_TIMEOUT, self._seconds)
        conn.set_option(ldap.OPT_TIMEOUT, self._seconds)
        if settings.alias_dereferencing in _DEREF:
            conn.set_option(ldap.OPT_DEREF, _DEREF[settings.alias_dereferencing])
        if settings.chase_referrals is not None:
            conn.set_option(ldap.OPT_REFERRALS, int(settings.chase_referrals))
        return conn


def _told(error):
    """What the server says of an error; never what was sent."""
    said = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return ', '.join(str(said[name]) for name in ('desc', 'info') if said.get(name)) or type(error).__name__


class _Stale(Exception):
    """A kept connection turned out to be closed."""


class _Pool:
    """Connections for the next question; size 0 keeps none.  More than size at a time are made and not kept."""

    def __init__(self, make, size, lifetime):
        self._make, self._size, self._lifetime = make, size, lifetime
        self._kept, self._lock = [], threading.Lock()

    @contextlib.contextmanager
    def connection(self, fresh=False):
        """A connection that nobody else uses meanwhile.  _Stale when a kept one is dead."""
        kept = None if fresh else self._take()
        made_at, conn = kept or (time.monotonic(), self._make())
        try:
            yield conn
        except _REFUSED:
            self._give(made_at, conn)
            raise
        except _AWAY as error:
            _drop(conn)
            if kept and not isinstance(error, ldap.TIMEOUT):
                raise _Stale() from None
            raise
        except BaseException:
            _drop(conn)
            raise
        self._give(made_at, conn)

    def _take(self):
        oldest = time.monotonic() - self._lifetime
        with self._lock:
            while self._kept:
                kept = self._kept.pop()
                if kept[0] >= oldest:
                    return kept
                _drop(kept[1])
        return None

    def _give(self, made_at, conn):
        with self._lock:
            if len(self._kept) < self._size:
                self._kept.append((made_at, conn))
                return
        _drop(conn)

    def close(self):
        with self._lock:
            self._size, kept, self._kept = 0, self._kept, []
        for _, conn in kept:
            _drop(conn)


def _drop(conn):
    try:
        conn.unbind_s()
    except ldap.LDAPError:
        pass
