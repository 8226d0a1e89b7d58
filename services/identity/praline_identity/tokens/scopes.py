# SPDX-License-Identifier: Apache-2.0
"""The scope that an authentication request names, looked up: (kind, id)."""
from praline_identity import errors
from praline_identity.db import projects
from praline_identity.db import trusts

UNSCOPED = ('', None)
SYSTEM = ('system', 'system')
_WORDS = ('system', 'unscoped', 'project', 'domain', 'OS-TRUST:trust')


def named(scope):
    """The one word of the scope object that the request uses; '' without a scope."""
    if scope is None:
        return ''
    if isinstance(scope, str):
        scope = {scope: {}}
    words = [word for word in _WORDS if word in scope]
    if len(words) != 1:
        raise errors.BadRequest('Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.')
    return words[0]


def find(conn, scope):
    """((kind, id), trust or None) of a request's scope object.  Refused when it does not exist or is disabled."""
    word = named(scope)
    if word in ('', 'unscoped'):
        return UNSCOPED, None
    if word == 'system':
        return SYSTEM, None
    if word == 'OS-TRUST:trust':
        return _trust(conn, scope[word])
    if word == 'domain':
        return ('domain', _domain(conn, scope[word])['id']), None
    return ('project', _project(conn, scope[word])['id']), None


def _project(conn, wanted):
    if wanted.get('name'):
        domain = wanted.get('domain') or {}
        if not (domain.get('id') or domain.get('name')):
            raise errors.BadRequest('Expecting to find domain in project.')
        found = projects.by_name(conn, wanted['name'], domain.get('id'), domain.get('name'))
    else:
        found = projects.with_domain(conn, wanted.get('id'))
        if found and found['is_domain']:
            found = None
    return _enabled(found)


def _domain(conn, wanted):
    if wanted.get('name'):
        found = projects.domain_by_name(conn, wanted['name'])
    else:
        found = projects.with_domain(conn, wanted.get('id'))
        if found and not found['is_domain']:
            found = None
    return _enabled(found)


def _enabled(found):
    if found is None or not found['enabled'] or not found['domain_enabled']:
        raise errors.Refused()
    return found


def _trust(conn, wanted):
    if not wanted.get('id'):
        raise errors.BadRequest('Expecting to find trust_id in trust.')
    try:
        trust = trusts.get(conn, wanted['id'])
    except errors.NotFound:
        raise errors.Refused() from None
    if trust['project_id'] is None:
        return UNSCOPED, trust
    return ('project', _project(conn, {'id': trust['project_id']})['id']), trust
