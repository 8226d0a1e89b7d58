# SPDX-License-Identifier: Apache-2.0
"""The ways to prove who one is: each takes its part of the request and adds to the Proof, or refuses.

A method never says which part was wrong.  Hashes are worked out without a database connection held.
"""
from praline_identity import clock
from praline_identity import errors
from praline_identity.db import application_credentials
from praline_identity.federation import login as federated
from praline_identity.tokens import external
from praline_identity.tokens import logins
from praline_identity.tokens import oauth1
from praline_identity.tokens import totp


def password(room, given, proof):
    """{'user': {'id' | 'name' + 'domain', 'password'}}."""
    user = find_user(room, given.get('user'))
    logins.check_password(room, user, (given['user'].get('password')))
    proof.sure(user['id'], errors.Refused(), user)


def token(room, given, proof):
    """{'id': token}: never for longer, never out of a trust or an application credential.

    NotFound, and not Refused, when the token is not good: clients know it so.
    """
    payload = room.tokens.check(given['id']).payload
    if payload.trust_id:
        raise errors.forbidden_action('Using trust-scoped token to create another token. '
                                      'Create a new trust-scoped token instead')
    if payload.access_token_id:
        raise errors.forbidden_action('Using OAuth-scoped token to create another token. '
                                      'Create a new OAuth-scoped token instead')
    if payload.scope[0] == 'system' and room.scope_word in ('project', 'domain'):
        raise errors.forbidden_action('Using a system-scoped token to create a project-scoped or '
                                      'domain-scoped token is not allowed.')
    if payload.application_credential_id:
        if room.scope_word:
            raise errors.forbidden_action('Using an application credential token to create a scoped token '
                                          'is not allowed.')
        proof.application_credential_id, proof.scope = payload.application_credential_id, payload.scope
    if payload.identity_provider:
        with room.db.read() as conn:
            federated.check_again(conn, payload)
    proof.sure(payload.user_id, errors.Refused())
    proof.limit(payload.expires_at)
    proof.thumbprint = payload.thumbprint
    proof.parent_audit_id = payload.audit_ids[-1]
    proof.identity_provider, proof.protocol = payload.identity_provider, payload.protocol
    proof.group_ids = tuple(payload.group_ids)
    proof.methods += [method for method in payload.methods if method not in proof.methods]


def application_credential(room, given, proof):
    """{'id' | 'name' + 'user', 'secret'}; the credential brings its scope."""
    if room.scope_word:
        raise errors.Refused('Error validating application credential: Application credentials cannot '
                             'request a scope.')
    found = _find_credential(room, given)
    if not room.hasher.verify(given.get('secret') or '', found['secret_hash']):
        raise errors.Refused()
    if found['expires_at'] is not None and found['expires_at'] <= clock.now():
        raise errors.Refused()
    proof.sure(found['user_id'], errors.Refused())
    proof.limit(found['expires_at'])
    proof.application_credential_id, proof.scope = found['id'], ('project', found['project_id'])


def _find_credential(room, given):
    with room.db.read() as conn:
        if given.get('id'):
            try:
                return application_credentials.get(conn, given['id'])
            except errors.NotFound:
                raise errors.Refused() from None
    if not given.get('name'):
        raise errors.BadRequest('Expecting to find id or name in application credential.')
    user = find_user(room, given.get('user'))
    with room.db.read() as conn:
        found = application_credentials.by_name(conn, user['id'], given['name'])
    if found is None:
        raise errors.Refused()
    return found


def one_time(room, given, proof):
    """{'user': {'id' | 'name' + 'domain', 'passcode'}}"""
    user = find_user(room, given.get('user'))
    totp.check(room, user, given['user'].get('passcode'))
    proof.sure(user['id'], errors.Refused(), user)


def mapped(room, given, proof):
    """{'identity_provider', 'protocol'}, or {'id': a federated token}."""
    if not isinstance(given, dict):
        raise errors.BadRequest('Expecting to find an object in the authentication method mapped.')
    if 'id' not in given:
        return federated.mapped(room, given, proof)
    if not isinstance(given['id'], str) or not room.tokens.check(given['id']).payload.identity_provider:
        raise errors.Refused()
    return token(room, given, proof)


def find_user(room, wanted):
    """The enabled user of an enabled domain that the request names; Refused if there is none."""
    if not isinstance(wanted, dict):
        raise errors.BadRequest('Expecting to find user in the authentication method.')
    if wanted.get('id'):
        named = {'user_id': wanted['id']}
    elif wanted.get('name'):
        domain = wanted.get('domain') or {}
        if not (domain.get('id') or domain.get('name')):
            raise errors.BadRequest('Expecting to find domain in user.')
        named = {'name': wanted['name'], 'domain_id': domain.get('id'), 'domain_name': domain.get('name')}
    else:
        raise errors.BadRequest('Expecting to find id or name in user.')
    user = room.directories.for_login(**named)
    if user is None:
        room.hasher.waste(wanted.get('password'))
        raise errors.Refused()
    if not user['enabled'] or not user['domain_enabled']:
        raise errors.Refused()
    return user


METHODS = {'password': password, 'token': token, 'application_credential': application_credential, 'totp': one_time,
           oauth1.METHOD: oauth1.prove}
FEDERATED = ('mapped', 'openid', 'saml2')


def enabled(options):
    """{name: method}, with those that are open only where the operator says so."""
    found = dict(METHODS)
    if options.external_auth:
        found['external'] = external.external
    if options.assertion_prefixes:
        found.update(dict.fromkeys(FEDERATED, mapped))
    return found
