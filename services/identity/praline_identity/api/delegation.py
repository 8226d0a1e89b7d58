# SPDX-License-Identifier: Apache-2.0
"""What tokens that somebody lent may not do: make or see things that would outlive or outreach the loan."""
from praline_identity import errors


def token_of(req):
    """The body of the request's own token."""
    return req.environ.get('praline.token') or {}


def trust_id(req):
    return token_of(req).get('OS-TRUST:trust', {}).get('id')


def application_credential(req):
    """{'id', 'name', 'restricted'} of the application credential behind the token, or None."""
    return token_of(req).get('application_credential')


def access_token_id(req):
    """The OAuth 1 access token behind the token, or None."""
    return token_of(req).get('OS-OAUTH1', {}).get('access_token_id')


def refuse_lent(req, message):
    """Nothing of the kind may be done with a token that somebody lent, whichever way."""
    if trust_id(req) or access_token_id(req) or application_credential(req):
        raise errors.Forbidden(message)


def refuse_trusted(req):
    """Application credentials and access rules are not to be touched through a trust."""
    if trust_id(req) or access_token_id(req):
        raise errors.Forbidden('Cannot manage application credentials with a token issued via delegation.')


def refuse_restricted(req, what):
    """Only an unrestricted application credential may make further credentials."""
    credential = application_credential(req)
    if credential and credential['restricted']:
        raise errors.forbidden_action("Using method 'application_credential' is not allowed for managing "
                                      'additional %s.' % what)


def refuse_application_credential(req, what):
    if application_credential(req):
        raise errors.forbidden_action("Using method 'application_credential' is not allowed for managing %s." % what)


def in_reach(req, project_id):
    """A lent token reaches the credentials of its own project, and no others."""
    lent = trust_id(req) or application_credential(req) or access_token_id(req)
    return not lent or project_id == req.context.project_id


def require_reach(req, project_id):
    if not in_reach(req, project_id):
        raise errors.forbidden_action('Credential project does not match the project scope of the delegated token')
