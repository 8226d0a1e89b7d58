# SPDX-License-Identifier: Apache-2.0
"""v3 answers as v2.0 shows them: tenants, users, roles, services, tokens and the catalog."""
from praline_common.api import paging
from praline_identity import errors

DOMAIN = 'default'
OF_DOMAIN = {'target.domain_id': DOMAIN, 'target.user.domain_id': DOMAIN, 'target.project.domain_id': DOMAIN,
             'target.group.domain_id': DOMAIN, 'target.domain.id': DOMAIN}
INTERFACES = ('public', 'internal', 'admin')
_NEW = ('domain_id', 'parent_id', 'is_domain', 'tags', 'options', 'links', 'password_expires_at', 'default_project_id')


def rule(method):
    """(name, policy) of a v3 operation, for the one that does the same here."""
    return method.operation.name, method.operation.policy


def run(method, req, *args):
    """What a v3 operation answers, without its own checks: those of v2 were made."""
    return method.__wrapped__(method.__self__, req, *args)


def here(controller, req, *args):
    """What the policy is asked about: something of the default domain."""
    return OF_DOMAIN


def page(controller, req):
    """The Page that the query asks for."""
    return paging.read(req, max_limit=controller.conf.list_limit)


def plain(shown):
    """Without what v2 did not know."""
    return {name: value for name, value in shown.items() if name not in _NEW}


def user(shown):
    more = {'tenantId': shown['default_project_id']} if shown.get('default_project_id') else {}
    return {**plain(shown), 'username': shown['name'], **more}


def role(shown):
    return {'id': shown['id'], 'name': shown['name'], **(
        {'description': shown['description']} if shown.get('description') else {})}


def access(token_id, checked, tenant):
    """The answer that says what a token is; tenant: the project as v3 shows it, or None.

    Unauthorized for a token that v2 has no words for, lest it be taken for another.
    """
    body = checked.body
    _sayable(body)
    token = {'id': token_id, 'expires': body['expires_at'][:19] + 'Z', 'issued_at': body['issued_at'],
             'audit_ids': body['audit_ids']}
    if tenant is not None:
        token['tenant'] = plain(tenant)
    roles = body.get('roles', ())
    said = {'token': token, 'serviceCatalog': catalog(checked.catalog or ()) if tenant else [],
            'user': {'id': body['user']['id'], 'name': body['user']['name'], 'username': body['user']['name'],
                     'roles': [{'name': role['name']} for role in roles], 'roles_links': []},
            'metadata': {'is_admin': 0, 'roles': [role['id'] for role in roles]}}
    trust = body.get('OS-TRUST:trust')
    if trust:
        said['trust'] = {'id': trust['id'], 'impersonation': trust['impersonation'],
                         'trustee_user_id': trust['trustee_user']['id'], 'trustor_user_id': trust['trustor_user']['id']}
    return {'access': said}


def _sayable(body):
    places = [body['user']['domain']['id'], body.get('project', {}).get('domain', {}).get('id', DOMAIN),
              body.get('domain', {}).get('id', DOMAIN)]
    if any(place != DOMAIN for place in places):
        raise errors.Unauthorized('Non-default domain is not supported')
    limited = body.get('application_credential', {}).get('access_rules')
    if limited or any(name in body for name in ('system', 'OS-OAUTH1', 'oauth2_credential')) or (
            'OS-FEDERATION' in body['user']):
        raise errors.Unauthorized('Unable to validate tokens of this kind using the version v2.0 API.')


def catalog(entries):
    """[{'name', 'type', 'endpoints': [one for each region], 'endpoints_links'}]."""
    return [{'name': entry['name'], 'type': entry['type'], 'endpoints_links': [],
             'endpoints': by_region(entry['endpoints'], '%sURL')} for entry in entries if entry['endpoints']]


def by_region(endpoints, word):
    """[{'id', 'region', '<interface> in word': url}] of one service's endpoints, those with a public one."""
    found = {}
    for endpoint in endpoints:
        merged = found.setdefault(endpoint['region_id'], {'region': endpoint['region_id']})
        merged[word % endpoint['interface']] = endpoint['url']
        if endpoint['interface'] == 'public':
            merged['id'] = endpoint['id']
    return [merged for merged in found.values() if 'id' in merged]
