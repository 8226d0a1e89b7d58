# SPDX-License-Identifier: Apache-2.0
"""Requests signed with OAuth 1.0a: by a consumer, alone or with the secret of a request or access token."""
import functools
import re
import urllib.parse

from praline_identity import clock
from praline_identity import errors
from praline_identity.db import access_tokens
from praline_identity.db import consumers
from praline_identity.db import nonces

METHOD = 'oauth1'
_SIGNING = ('HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA512')
_ALWAYS = ('oauth_consumer_key', 'oauth_nonce', 'oauth_timestamp', 'oauth_signature', 'oauth_signature_method')
_NONCE = re.compile(r'[!-~]{1,255}')


@functools.cache
def _library():
    # Few requests are signed, and loading it costs more than a start-up should.
    from oauthlib import oauth1
    return oauth1


class Signed:
    """One signed request.  given: {name: text}, the parameters of its Authorization header.

    BadRequest when there is no such header, it cannot be read, or a parameter that every signature has is
    missing or malformed.
    """

    def __init__(self, req, base_url):
        self._header = req.headers.get('Authorization')
        if not self._header:
            raise errors.BadRequest('Cannot retrieve Authorization headers')
        try:
            self.given = dict(_library().rfc5849.utils.parse_authorization_header(self._header))
        except ValueError:
            raise invalid('Malformed Authorization header') from None
        self._method, self._url = req.method, _signed_url(req, base_url)
        self._check_form()

    def _check_form(self):
        self.need(*_ALWAYS)
        if self.given['oauth_signature_method'] not in _SIGNING:
            raise invalid('oauth_signature_method must be one of %s' % ', '.join(_SIGNING))
        if self.given.get('oauth_version', '1.0') != '1.0':
            raise invalid('oauth_version must be 1.0')
        if not _NONCE.fullmatch(self.given['oauth_nonce']):
            raise invalid('Invalid oauth_nonce format')
        if not re.fullmatch('[1-9][0-9]{9}', self.given['oauth_timestamp']):
            raise invalid('oauth_timestamp must be the seconds since 1970')

    def need(self, *names):
        """The values of these parameters.  BadRequest naming the first that is missing."""
        for name in names:
            if not self.given.get(name):
                raise invalid('Expecting to find %s in request' % name)
        return [self.given[name] for name in names]

    def fresh(self, seconds):
        """BadRequest unless it was signed no longer than that ago, or ahead."""
        if abs(clock.now() - self.moment) > seconds * clock.SECOND:
            raise invalid('Timestamp given is invalid, differ from allowed by over %d seconds' % seconds)

    @property
    def moment(self):
        return int(self.given['oauth_timestamp']) * clock.SECOND

    def by(self, consumer_secret, token_secret=''):
        """Whether these two secrets signed it."""
        endpoint = _library().SignatureOnlyEndpoint(_Secrets(consumer_secret, token_secret))
        try:
            return endpoint.validate_request(self._url, self._method, '', {'Authorization': self._header})[0]
        except ValueError:
            return False

    def use(self, conn, seconds):
        """Note the nonce, in the transaction of what the request does.  Unauthorized when it came before."""
        given = [self.given.get(name, '') for name in (
            'oauth_consumer_key', 'oauth_token', 'oauth_timestamp', 'oauth_nonce')]
        if not nonces.use(conn, given, self.moment + seconds * clock.SECOND):
            raise errors.Unauthorized('Nonce already used')


class _Secrets:
    """What the library asks when it checks a signature; the rest has been looked at before."""

    enforce_ssl, timestamp_lifetime, allowed_signature_methods = False, float('inf'), _SIGNING

    def __init__(self, consumer_secret, token_secret):
        self._consumer_secret, self._token_secret = consumer_secret, token_secret

    def check_client_key(self, key):
        return True

    check_nonce = check_client_key

    def validate_timestamp_and_nonce(self, *asked):
        return True

    def validate_client_key(self, *asked):
        return True

    def get_client_secret(self, *asked):
        return self._consumer_secret

    def get_access_token_secret(self, *asked):
        return self._token_secret


def prove(room, given, proof):
    """{}: the request itself is signed for an access token, which brings user, project and roles."""
    signed = Signed(room.request, room.base_url)
    consumer_id, token_id = signed.need('oauth_consumer_key', 'oauth_token')
    with room.db.read() as conn:
        token = access_tokens.get(conn, token_id)
        consumer = consumers.find(conn, consumer_id)
    if token['expires_at'] is not None and token['expires_at'] <= clock.now():
        raise errors.Unauthorized('Access token is expired')
    seconds = room.options.oauth1_timestamp_seconds
    signed.fresh(seconds)
    if consumer is None or token['consumer_id'] != consumer_id or not signed.by(
            room.sealer.open(consumer['sealed_secret']), room.sealer.open(token['sealed_secret'])):
        raise errors.Unauthorized('Could not validate the access token')
    with room.db.write() as conn:
        signed.use(conn, seconds)
    proof.sure(token['user_id'], errors.Refused())
    proof.limit(token['expires_at'])
    proof.access_token_id, proof.scope = token_id, ('project', token['project_id'])


def form(**values):
    """The bytes of a form-encoded answer; what is None is left out.

    Colons of times stay as they are: clients split the form and decode nothing.
    """
    given = {name: value for name, value in values.items() if value is not None}
    return urllib.parse.urlencode(given, safe=':').encode()


def invalid(why):
    return errors.BadRequest('Validation failed with errors: invalid_request, detail message is: %s.' % why)


def _signed_url(req, base_url):
    """The URL that the client saw: the host as it came, the scheme that the cloud is known by."""
    scheme = urllib.parse.urlsplit(base_url).scheme
    return urllib.parse.urlunsplit((scheme, req.host, *urllib.parse.urlsplit(req.url)[2:]))
