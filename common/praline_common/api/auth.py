# SPDX-License-Identifier: Apache-2.0
"""keystonemiddleware's auth_token, asking identity over RPC and remembering what it prepared.

The checks (expiry, access rules, service tokens) are keystonemiddleware's own.  What is ours: where
the token's data comes from, and that the environ a good token leads to is kept, so that the next
request with it costs a dictionary update.  A revoked token, or a lost role, is noticed within
[tokens] revocation_seconds, because identity's revision number is looked at that often.
"""
import calendar
import json
import logging
import threading
import time

from keystonemiddleware import auth_token
from keystonemiddleware.auth_token import _exceptions as refused
from keystonemiddleware.auth_token import _request

from praline_common import errors
from praline_common.context import Context

LOG = logging.getLogger(__name__)
_KEEP = 10000
# What only this filter may say of a request; a client's own headers of these names are dropped.
_OURS = frozenset('HTTP_' + name.upper().replace('-', '_')
                  for name in _request._AuthTokenRequest.blank('/')._all_auth_headers())


def filter_factory(global_conf, **local_conf):
    def wrap(app):
        return TokenAuth(app, app.runtime, app.api)
    return wrap


class TokenAuth(auth_token.BaseAuthProtocol):
    """Goes right before the App.  Without a good token the App answers 401, except what is public."""

    def __init__(self, app, runtime, api):
        self._words = api.history.words if api.history else (runtime.name,)
        super().__init__(app, service_token_roles=['service'], service_token_roles_required=True,
                         service_type=self._words[0])
        self._next = app
        self._source = api.token_checker or _Remote(runtime.contracts.identity)
        self._seconds = runtime.conf.tokens.cache_seconds
        # Who issues the tokens can tell at any moment, for the price of one row.
        pause = 0 if api.token_checker else runtime.conf.tokens.revocation_seconds
        self._known = _Known(self._source, pause)

    def __call__(self, environ, start_response):
        for name in _OURS.intersection(environ):
            del environ[name]
        token = environ.get('HTTP_X_AUTH_TOKEN')
        if token:
            try:
                self._authenticate(environ, token)
            except errors.Unavailable as error:
                return _unavailable(error, start_response)
        return self._next(environ, start_response)

    def _authenticate(self, environ, token):
        simple = 'HTTP_X_SERVICE_TOKEN' not in environ
        prepared = self._known.get(token) if simple else None
        if prepared is None:
            prepared = self._check(environ, token, simple)
        if prepared:
            environ.update(prepared)

    def _check(self, environ, token, simple):
        """The environ entries of a good token, {} of a bad one."""
        request = _request._AuthTokenRequest(environ)
        revision = self._known.revision()
        self.process_request(request)
        if request.service_token and not request.service_token_valid:
            # It lifts access rules and expiry, so one that is no good spoils the request.
            request.user_token_valid = False
        if not request.user_token_valid:
            return {}
        request.set_user_headers(request.token_auth.user)
        if request.service_token and request.service_token_valid:
            request.set_service_headers(request.token_auth.service)
        body = request.token_info['token']
        prepared = {name: value for name, value in environ.items()
                    if name in _OURS or name.startswith(('HTTP_X_USER', 'HTTP_X_PROJECT', 'HTTP_X_ROLE'))}
        prepared['praline.context'] = Context.from_headers(environ)
        prepared['praline.token'] = body
        access_rules = (body.get('application_credential') or {}).get('access_rules')
        if simple and access_rules is None:
            good_for = min(self._seconds, request.token_info.get('good_for', self._seconds))
            until = min(time.time() + good_for, _seconds(body['expires_at']))
            self._known.keep(token, revision, until, prepared)
        return prepared

    def validate_allowed_request(self, request, token):
        """Access rules: they may call this service by any of its types, and name paths with the mount or without."""
        rules = (token.get('application_credential') or {}).get('access_rules')
        if rules is None:
            return
        mine = [{**rule, 'service': self._service_type} for rule in rules if rule['service'] in self._words]
        # Tokens come without their catalog, where keystonemiddleware would look whether we know our own type.
        token = {'application_credential': {'access_rules': mine}, 'catalog': [{'type': self._service_type}]}
        try:
            super().validate_allowed_request(request, token)
        except refused.InvalidToken:
            unmounted = _request._AuthTokenRequest({**request.environ, 'SCRIPT_NAME': ''})
            super().validate_allowed_request(unmounted, token)

    def fetch_token(self, token, allow_expired=False, **kwargs):
        try:
            return self._source(token, allow_expired)
        except (errors.NotFound, errors.Unauthorized):
            raise refused.InvalidToken('Token authorization failed') from None


class _Remote:
    """Asks the identity service over RPC."""

    def __init__(self, identity):
        self._identity = identity

    def __call__(self, token, allow_expired):
        return self._identity.validate_token(None, token, allow_expired)

    def revision(self):
        return self._identity.revision(None)


class _Known:
    """Prepared environs by token, good while identity's revision stays what it was."""

    def __init__(self, source, seconds):
        self._source, self._seconds = source, seconds
        self._kept, self._lock = {}, threading.Lock()
        self._revision, self._asked = None, 0.0

    def revision(self):
        now = time.monotonic()
        if now - self._asked >= self._seconds:
            revision = self._source.revision()
            with self._lock:
                if revision != self._revision:
                    self._kept.clear()
                self._revision, self._asked = revision, now
        return self._revision

    def get(self, token):
        self.revision()
        found = self._kept.get(token)
        if found is None or found[0] < time.time():
            return None
        return found[1]

    def keep(self, token, revision, until, prepared):
        with self._lock:
            if revision == self._revision:
                if len(self._kept) >= _KEEP:
                    self._kept.clear()
                self._kept[token] = (until, prepared)


def _seconds(stamp):
    return calendar.timegm(time.strptime(stamp[:19], '%Y-%m-%dT%H:%M:%S'))


def _unavailable(error, start_response):
    body = json.dumps({'error': {'code': 503, 'title': 'Service Unavailable', 'message': error.message}}).encode()
    LOG.error('tokens cannot be checked: %s', error)
    start_response('503 Service Unavailable', [('Content-Type', 'application/json'),
                                               ('Content-Length', str(len(body))), ('Retry-After', '1')])
    return [body]
