# SPDX-License-Identifier: Apache-2.0
"""The scope that an authentication request names, looked up."""
import dataclasses

from praline_identity import errors
from praline_identity.db import projects
from praline_identity.db import trusts


@dataclasses.dataclass
class Scope:
    """kind: '' | project | domain | system; row: the project's or domain's; trust: what it comes from, or None."""

    kind: str = ''
    id: str | None = None
    row: dict | None = None
    trust: dict | None = None


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
    """The Scope of a request's scope object.  Refused when it does not exist or is disabled."""
    word = named(scope)
    if word in ('', 'unscoped'):
        return Scope()
    if word == 'system':
        return Scope('system', 'system')
    if word == 'OS-TRUST:trust':
        return _trust(conn, scope[word])
    row = _domain(conn, scope[word]) if word == 'domain' else _project(conn, scope[word])
    return Scope(word, row['id'], row)


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
        return Scope(trust=trust)
    row = _project(conn, {'id': trust['project_id']})
    return Scope('project', row['id'], row, trust)
