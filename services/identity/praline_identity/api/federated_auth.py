# SPDX-License-Identifier: Apache-2.0
"""Where a login through an identity provider arrives: for programs (.../auth) and for browsers (.../websso).

The web server in front guards these addresses with a module that talks to the identity provider; the request gets
here with what that module found out in its environment.
"""
import html
from urllib.parse import unquote_plus, urlsplit

from praline_common.api.rest import Reply, operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.tokens import login
from praline_identity.db import federation_protocols
from praline_identity.db import identity_providers
from praline_identity.federation.front import Front
from praline_identity.federation.login import remote_id_attribute
from praline_identity.tokens import methods

_PAGE = '''<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>Logging in</title></head>
<body onload="document.forms[0].submit()">
<form method="post" action="{url}">
<input type="hidden" name="token" value="{token}">
<noscript><button type="submit">Continue</button></noscript>
</form>
</body>
</html>
'''


class FederatedAuth(Resource):
    """GET and POST .../identity_providers/{id}/protocols/{id}/auth: an unscoped token."""

    @operation('identity:authenticate', rules.ANYONE, public=True, status=201)
    def get_all(self, req, provider_id, protocol_id):
        return self.arrive(req, provider_id, protocol_id)

    @operation('identity:authenticate', rules.ANYONE, public=True, raw=True, status=201)
    def post(self, req, provider_id, protocol_id):
        return self.arrive(req, provider_id, protocol_id)

    def arrive(self, req, provider_id, protocol_id):
        """The Reply to a login through this provider's protocol; the protocol's name is the method's if it can be."""
        method = protocol_id if protocol_id in methods.FEDERATED else 'mapped'
        auth = {'identity': {'methods': [method], method: {'identity_provider': provider_id,
                                                           'protocol': protocol_id}}}
        return login(self, req, auth, _front(self, req))


class ProviderWebSso(FederatedAuth):
    """.../identity_providers/{id}/protocols/{id}/websso?origin=URL: the browser goes to the dashboard with a token."""

    def arrive(self, req, provider_id, protocol_id):
        return self.go_back(req, _dashboard(req, self.options), provider_id, protocol_id)

    def go_back(self, req, dashboard, provider_id, protocol_id):
        answer = super().arrive(req, provider_id, protocol_id)
        token = answer.headers.get('X-Subject-Token')
        if token is None:
            return answer
        page = _PAGE.format(url=html.escape(dashboard), token=html.escape(token))
        return Reply(page.encode(), 200, {'Cache-Control': 'no-store'}, 'text/html')


class WebSso(ProviderWebSso):
    """.../websso/{protocol}?origin=URL: the provider is the one whose remote id the environment names."""

    @operation('identity:authenticate', rules.ANYONE, public=True)
    def get_one(self, req, protocol_id):
        return self._find(req, protocol_id)

    @operation('identity:authenticate', rules.ANYONE, public=True, raw=True)
    def post_one(self, req, protocol_id):
        return self._find(req, protocol_id)

    get_all = post = None

    def _find(self, req, protocol_id):
        assertion = _front(self, req).assertion()
        with self.db.read() as conn:
            names = [remote_id_attribute(self.options, row) for row in federation_protocols.named(conn, protocol_id)]
            remote_id = next((assertion[name] for name in names if assertion.get(name)), None)
            if remote_id is None:
                raise errors.Refused('Missing entity ID from environment')
            dashboard = _dashboard(req, self.options)
            provider = identity_providers.by_remote_id(conn, remote_id)
        return self.go_back(req, dashboard, provider['id'], protocol_id)


def _front(controller, req):
    """The Front of a guarded address.  Written in any other way than the usual it is none: the web server's rules for
    addresses may not have matched it."""
    path = req.environ.get('PATH_INFO', '')
    if '//' in path or path.endswith('/'):
        raise errors.NotFound('The resource could not be found.')
    return Front(controller.options, req.environ, guarded=True)


def _dashboard(req, options):
    """The URL that `origin` says, which must be of a trusted dashboard."""
    origin = req.GET.get('origin')
    if not origin:
        raise errors.BadRequest('Request must have an origin query parameter')
    url = unquote_plus(origin)
    if url not in [_lower_host(trusted) for trusted in options.trusted_dashboard]:
        raise errors.Refused('%s is not a trusted dashboard host' % url)
    return url


def _lower_host(url):
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.lower()).geturl()
