# SPDX-License-Identifier: Apache-2.0
"""What a token says now: the payload's ids looked up, its roles worked out, as GET /v3/auth/tokens shows it.

Everything is read anew, so a token never says more than its user may do at this moment.
"""
from praline_identity import clock
from praline_identity import errors
from praline_identity.db import access_tokens
from praline_identity.db import application_credentials
from praline_identity.db import effective
from praline_identity.db import models
from praline_identity.db import projects
from praline_identity.db import revocations
from praline_identity.db import rows
from praline_identity.db import trusts
from praline_identity.db import users


def describe(conn, payload, ground, user=None, project=None):
    """The token's body without the catalog.  user, project: rows that were read a moment ago, for a new token.

    Refused when user, scope or a domain of theirs is gone or disabled, no role is left, or the token is
    revoked; Forbidden when a trust no longer carries what it promised.
    """
    new = user is not None
    user = user or users.for_token(conn, payload.user_id)
    if user is None or not user['enabled'] or not user['domain_enabled']:
        raise errors.Refused()
    trust, access = _trust(conn, payload), _access(conn, payload)
    kind, scope_id = payload.scope
    project = _scope(conn, payload.scope, project)
    if not new:
        _not_revoked(conn, payload, user, project, trust)
    body = {'methods': payload.methods, 'user': show_user(user), 'audit_ids': payload.audit_ids,
            'expires_at': clock.show(payload.expires_at), 'issued_at': clock.show(payload.issued_at)}
    if trust is not None:
        trustor = _trusting(conn, trust, payload)
        body['OS-TRUST:trust'] = {
            'id': trust['id'], 'impersonation': trust['impersonation'],
            'trustor_user': {'id': trust['trustor_user_id']}, 'trustee_user': {'id': trust['trustee_user_id']}}
        if trust['impersonation']:
            body['user'] = show_user(trustor)
    if kind == 'system':
        body['system'] = {'all': True}
    elif kind == 'domain':
        body['domain'] = {'id': scope_id, 'name': project['name']}
    elif kind == 'project':
        body['project'] = {'id': scope_id, 'name': project['name'], 'domain': {
            'id': project['domain_id'] or project['id'], 'name': project['domain_name']}}
        if trust is None:
            body['is_domain'] = project['is_domain']
    if kind:
        body['roles'] = _roles(conn, payload, trust, access, ground)
    if access is not None:
        body['OS-OAUTH1'] = {'access_token_id': access['id'], 'consumer_id': access['consumer_id']}
    if payload.thumbprint:
        body['oauth2_credential'] = {'x5t#S256': payload.thumbprint}
    if ground.service_providers:
        body['service_providers'] = ground.service_providers
    if payload.identity_provider and trust is None:
        body['user'] = _federated(conn, payload, body['user'])
    if payload.application_credential_id:
        body['application_credential'] = _application_credential(conn, payload)
    return body


def people(conn, payload):
    """The ids of the users that a token depends on: its own and, through a trust, those who lend to it."""
    if not payload.trust_id:
        return [payload.user_id]
    trust = _trust(conn, payload)
    return [payload.user_id, *(lent['trustor_user_id'] for lent in (trust, *trusts.pedigree(conn, trust)))]


def show_user(user):
    return {'id': user['id'], 'name': user['name'], 'password_expires_at': clock.show(user['password_expires_at']),
            'domain': {'id': user['domain_id'], 'name': user['domain_name']}}


def _federated(conn, payload, shown):
    """The user as one who came through an identity provider, which must still be there."""
    if not rows.has(conn, models.identity_providers, id=payload.identity_provider):
        raise errors.Refused()
    shown.pop('password_expires_at')
    shown['OS-FEDERATION'] = {'groups': [{'id': group_id} for group_id in payload.group_ids],
                              'identity_provider': {'id': payload.identity_provider},
                              'protocol': {'id': payload.protocol}}
    return shown


def _scope(conn, scope, found=None):
    """The project or domain row of the scope, None without one."""
    kind, scope_id = scope
    if kind not in ('project', 'domain'):
        return None
    found = found or projects.with_domain(conn, scope_id)
    if found is None or not found['enabled'] or not found['domain_enabled']:
        raise errors.Refused()
    return found


def _trust(conn, payload):
    if not payload.trust_id:
        return None
    try:
        return trusts.get(conn, payload.trust_id, used_up=True)
    except errors.NotFound:
        raise errors.Refused() from None


def _access(conn, payload):
    """The OAuth 1 access token behind it: when that is gone, or its consumer, so is this one."""
    if not payload.access_token_id:
        return None
    found = access_tokens.find(conn, payload.access_token_id)
    if found is None:
        raise errors.Refused()
    return found


def _trusting(conn, trust, payload):
    """The trustor, who must still be there and enabled."""
    if payload.user_id != trust['trustee_user_id']:
        raise errors.Forbidden('User is not a trustee.')
    trustor = _able(conn, trust['trustor_user_id'])
    for earlier in trusts.pedigree(conn, trust):
        _able(conn, earlier['trustee_user_id'])
        _able(conn, earlier['trustor_user_id'])
    return trustor


def _able(conn, user_id):
    user = users.for_token(conn, user_id)
    if user is None or not user['enabled'] or not user['domain_enabled']:
        raise errors.Forbidden('Trustor is disabled.')
    return user


def _not_revoked(conn, payload, user, project, trust):
    keys = ['user:' + user['id'], 'domain:' + user['domain_id'], 'audit:' + payload.audit_ids[0],
            'chain:' + payload.audit_ids[-1]]
    if project is not None:
        keys += ['project:' + project['id'], 'domain:' + (project['domain_id'] or project['id'])]
    if trust is not None:
        keys.append('user:' + trust['trustor_user_id'])
    if revocations.revoked(conn, keys, payload.issued_at, payload.revision):
        raise errors.Refused()


def _roles(conn, payload, trust, access, ground):
    if trust is not None:
        return _trusted_roles(conn, payload, trust, ground)
    only = None
    if access is not None:
        only = ground.closure(access['role_ids'])
    if payload.application_credential_id:
        only = application_credentials.get(conn, payload.application_credential_id)['role_ids']
    found = ground.roles(conn, payload.user_id, payload.scope, payload.group_ids, only)
    if not found:
        raise errors.Refused()
    return found


def _trusted_roles(conn, payload, trust, ground):
    """The trust's roles with what they imply, as long as the first trustor holds every one of them."""
    lender = [trust, *trusts.pedigree(conn, trust)][-1]['trustor_user_id']
    held = ground.closure(effective.direct_ids(conn, lender, payload.scope))
    lent = ground.closure(trust['role_ids'])
    if not lent or not lent <= held:
        raise errors.Forbidden('Trustee has no delegated roles.')
    return ground.named(lent)


def _application_credential(conn, payload):
    found = application_credentials.get(conn, payload.application_credential_id)
    body = {'id': found['id'], 'name': found['name'], 'restricted': not found['unrestricted']}
    if found['access_rules']:
        body['access_rules'] = found['access_rules']
    return body
