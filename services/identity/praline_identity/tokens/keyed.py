# SPDX-License-Identifier: Apache-2.0
"""Tokens for requests signed with a user's EC2 keys: never beyond what the keys were lent with."""
import hmac
import json

from praline_identity import clock
from praline_identity import errors
from praline_identity.db import access_tokens
from praline_identity.db import application_credentials
from praline_identity.db import credentials
from praline_identity.db import projects
from praline_identity.db import trusts
from praline_identity.tokens import scopes
from praline_identity.tokens.proof import Proof

METHOD = 'ec2credential'


def login(room, given, signature):
    """(token, Checked) for the signed request `given`; signature(secret, given) is what it should carry.

    NotFound for unknown keys, Refused for a wrong or old signature.
    """
    number = room.tokens.revision()
    with room.db.read() as conn:
        row, keys = _keys(room, conn, given)
    _check(keys['secret'], given, signature)
    _fresh(given, room.options.ec2_minutes)
    with room.db.read() as conn:
        proof, scope = _proof(conn, row, keys)
        return room.tokens.issue(conn, proof, scope, number)


def _keys(room, conn, given):
    if not isinstance(given.get('access'), str):
        raise errors.Refused('EC2 Signature not supplied')
    try:
        row = credentials.get(conn, credentials.ec2_id(given['access']))
    except errors.NotFound:
        row = None
    if row is None or row['type'] != 'ec2':
        raise errors.NotFound('EC2 access key not found.')
    return row, json.loads(room.sealer.open(row['sealed_blob']))


def _check(secret, given, signature):
    if not isinstance(given.get('signature'), str):
        raise errors.Refused('EC2 signature not supplied.')
    hosts = [given.get('host')]
    if isinstance(hosts[0], str) and ':' in hosts[0]:
        # Some clients leave the port out of what they sign.
        hosts.append(hosts[0].rpartition(':')[0])
    for host in hosts:
        try:
            right = signature(secret, {**given, 'host': host})
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise errors.Refused('Invalid EC2 signature.') from None
        if hmac.compare_digest(right.encode(), given['signature'].encode()):
            return
    raise errors.Refused('Invalid EC2 signature.')


def _fresh(given, minutes):
    """A request that says when it was signed is good for so many minutes."""
    params, headers = given.get('params') or {}, given.get('headers') or {}
    moment = params.get('Timestamp') or headers.get('X-Amz-Date') or params.get('X-Amz-Date')
    if not moment:
        return
    try:
        signed = clock.read(moment)
    except (ValueError, TypeError):
        raise errors.Refused('Credential timestamp is invalid: %s' % moment) from None
    if clock.now() > signed + minutes * 60 * clock.SECOND:
        raise errors.Refused('Credential is expired')


def _proof(conn, row, keys):
    proof, trust = Proof(user_id=row['user_id'], methods=[METHOD]), None
    try:
        if keys.get('trust_id'):
            trust = trusts.get(conn, keys['trust_id'])
            proof.user_id = trust['trustee_user_id']
        if keys.get('app_cred_id'):
            credential = application_credentials.get(conn, keys['app_cred_id'])
            if credential['project_id'] != row['project_id'] or credential['user_id'] != row['user_id']:
                raise errors.Refused('EC2 credential project does not match the application credential project.')
            proof.application_credential_id = credential['id']
            proof.limit(credential['expires_at'])
        if keys.get('access_token_id'):
            token = access_tokens.get(conn, keys['access_token_id'])
            if token['project_id'] != row['project_id'] or token['user_id'] != row['user_id']:
                raise errors.Refused('EC2 credential project does not match the OAuth1 access token project.')
            proof.access_token_id = token['id']
            proof.limit(token['expires_at'])
    except errors.NotFound:
        raise errors.Refused() from None
    project = projects.with_domain(conn, row['project_id'])
    if project is None or (trust and trust['project_id'] != row['project_id']):
        raise errors.Refused()
    return proof, scopes.Scope('project', project['id'], project, trust)
