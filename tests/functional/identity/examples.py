# SPDX-License-Identifier: Apache-2.0
"""A request that is right in itself for every operation of identity: the one that the matrix is asked with.

    'PATCH /v3/groups/{id}': ask({'group': {'description': 'x'}}),
    'DELETE /v3/groups/{id}': ask(id=new('groups', domain_id='{domains}')),

The path is that of the operation's route, `{id}` for an item.  Words in brackets tell apart two lines of one
operation.  An id of the path that is not given is that of the thing of the path's word before it (World.ids).
"""
import base64
import dataclasses
import hmac
import types

from . import people
from .test_signed_requests import signed


@dataclasses.dataclass
class Ask:
    """body: whose texts may name World.ids in braces, {new} a fresh name; or a function of the world.

    ids: {name in the path: a word of World.ids, or a function of the world that makes a fresh one}.
    before: run by the administrator before each request; it must be repeatable.  method: another than the line's.
    """

    body: object
    query: str
    headers: object
    before: object
    method: object
    ids: dict

    def request(self, world, key):
        """(method, path, body, headers) for one more request."""
        if self.before:
            self.before(world)
        method, template = key.split(' ')[:2]
        path, found = [], {}
        for segment, previous in zip(template.split('/'), [None, *template.split('/')]):
            if segment.startswith('{'):
                wanted = self.ids.get(segment.strip('{}'), previous)
                segment = found[segment] = wanted(world) if callable(wanted) else world.ids.get(wanted, wanted)
            path.append(segment)
        query = '?' + self.query.format(**world.ids) if self.query else ''
        body = self.body(world) if callable(self.body) else filled(self.body, world)
        return self.method or method, '/'.join(path) + query, body, self.headers(world) if self.headers else {}


def filled(part, world):
    if isinstance(part, str):
        return part.format(new=world.name(), **world.ids)
    if isinstance(part, dict):
        return {key: filled(value, world) for key, value in part.items()}
    if isinstance(part, list):
        return [filled(value, world) for value in part]
    return part


def ask(body=None, query='', headers=None, before=None, method=None, **ids):
    return Ask(body, query, headers, before, method, ids)


def new(plural, **attributes):
    """A function that makes another one."""
    return lambda world: world.make(plural, **{'name': world.name(), **attributes})


def does(method, path, body=None):
    """A `before` of one request, whatever it answers."""
    return lambda world: world.admin.request(method, path.format(**world.ids), body)


def subject(world):
    return {'X-Subject-Token': world.token()}


_ACCESS = '/v3/users/{user_id}/OS-OAUTH1/access_tokens'


def _asks_for_the_project(world):
    return {**world.consumer.signed('/v3/OS-OAUTH1/request_token'), 'Requested-Project-Id': world.ids['projects']}


def _exchanges(world):
    asked = world.request_token()
    return world.consumer.signed('/v3/OS-OAUTH1/access_token', asked, verifier=world.verifier(asked))


def _login(world):
    return {'auth': {'identity': {'methods': ['password'], 'password': {
        'user': {'id': world.ids['users'], 'password': people.PASSWORD}}}}}


def _signed_for_s3(world):
    text = b'GET\n\n\nThu, 17 Nov 2026 18:49:58 GMT\n/bucket'
    signature = base64.b64encode(hmac.digest(world.ec2['secret'].encode(), text, 'sha1')).decode()
    return {'credentials': {'access': world.ec2['access'], 'signature': signature,
                            'token': base64.urlsafe_b64encode(text).decode()}}


def _disabled_domain(world):
    return world.make('domains', name=world.name(), enabled=False)


def _with_password(world):
    return world.make('users', name=world.name(), domain_id='{domains}', password='old-secret')


def crud(path, singular, create, change, **attributes):
    """The five lines of a plain collection; attributes: of a fresh one to delete."""
    plural = path.removeprefix('/v3/')
    return {'GET ' + path: ask(), 'POST ' + path: ask({singular: create}), 'GET %s/{id}' % path: ask(),
            'PATCH %s/{id}' % path: ask({singular: change}), 'DELETE %s/{id}' % path: ask(id=new(plural, **attributes))}


def pair(path, **ids):
    """GET, PUT and DELETE of a path that ties two things together; they are tied before they are shown or untied."""
    tie = _tie(path, ids)
    return {'GET ' + path: ask(before=tie, **ids), 'PUT ' + path: ask(before=_tie(path, ids, 'DELETE'), **ids),
            'DELETE ' + path: ask(before=tie, **ids)}


def _tie(path, ids, verb='PUT'):
    example = ask(**ids)

    def tie(world):
        world.admin.request(*example.request(world, '%s %s' % (verb, path))[:2])
    return tie


def _grants():
    found = {}
    for where, who in (('projects', 'users'), ('projects', 'groups'), ('domains', 'users'), ('domains', 'groups')):
        names = {who[:-1] + '_id': 'other_' + who}
        place = '/v3/%s/{%s_id}/%s/{%s_id}/roles' % (where, where[:-1], who, who[:-1])
        found['GET ' + place] = ask(**names)
        found.update(pair(place + '/{id}', id='role_member', **names))
        found['PUT %s/{id} (admin)' % place] = ask(id='role_admin', **names)
        place = '/v3/OS-INHERIT/%s/{target_id}/%s/{actor_id}/roles' % (where, who)
        names = {'actor_id': 'other_' + who}
        found['GET %s/inherited_to_projects' % place] = ask(**names)
        found.update(pair(place + '/{role_id}/inherited_to_projects', role_id='role_member', **names))
    for who in ('users', 'groups'):
        place = '/v3/system/%s/{%s_id}/roles' % (who, who[:-1])
        names = {who[:-1] + '_id': 'other_' + who}
        found['GET ' + place] = ask(**names)
        found.update(pair(place + '/{id}', id='role_member', **names))
    return found


_FEDERATION = '/v3/OS-FEDERATION/'
_PROTOCOLS = _FEDERATION + 'identity_providers/{provider_id}/protocols'
_MAPPING = {'rules': [{'local': [{'group': {'id': 'x'}}], 'remote': [{'type': 'X'}]}]}
_SERVICE = {'auth_url': 'https://x', 'sp_url': 'https://x'}
_ASSERTED = {'auth': {'identity': {'token': {'id': 'x'}}, 'scope': {'service_provider': {'id': 'far'}}}}


def _federation(world):
    """The provider acme with the protocol mapped, the mapping m and the service provider far."""
    for path, body in (('mappings/m', {'mapping': _MAPPING}), ('identity_providers/acme', {}),
                       ('identity_providers/acme/protocols/mapped', {'protocol': {'mapping_id': 'm'}}),
                       ('service_providers/far', {'service_provider': _SERVICE})):
        world.admin.put(_FEDERATION + path, body)


def _federated(plural, singular, known, create, change):
    """The lines of a collection whose ids are the client's; known: the id of one that _federation makes."""
    def fresh(world):
        name = world.name()
        assert world.admin.put('%s%s/%s' % (_FEDERATION, plural, name), {singular: create}).status_int == 201
        return name
    path = _FEDERATION + plural
    return {'GET ' + path: ask(), 'GET %s/{id}' % path: ask(before=_federation, id=known),
            'PUT %s/{id}' % path: ask({singular: create}, id=people.World.name),
            'PATCH %s/{id}' % path: ask({singular: change}, before=_federation, id=known),
            'DELETE %s/{id}' % path: ask(id=fresh)}


_CONFIG = {'config': {'identity': {'driver': 'sql'}}}
_CONFIGURED = does('PUT', '/v3/domains/{domains}/config', _CONFIG)
_CONFIG_PATH = '/v3/domains/{domain_id}/config'
_OPTION = {'group': 'identity', 'id': 'driver'}
_TAGS = does('PUT', '/v3/projects/{projects}/tags', {'tags': ['red']})
_RULE = '/v3/roles/{role_id}/implies/{id}'
_REGISTERED = {'service_id': '{services}', 'resource_name': '{new}', 'default_limit': 1}


def _new_limit(world):
    registered = world.admin.get('/v3/registered_limits/' + world.registered_limit()).json['registered_limit']
    return {'limits': [{'service_id': registered['service_id'], 'resource_name': registered['resource_name'],
                        'resource_limit': 1, 'project_id': world.ids['projects']}]}


EXAMPLES = {
    'GET /': ask(),
    'GET /v3': ask(),
    'POST /v3/auth/tokens': ask(_login),
    'GET /v3/auth/tokens': ask(headers=subject),
    'GET /v3/auth/tokens (HEAD)': ask(headers=subject, method='HEAD'),
    'DELETE /v3/auth/tokens': ask(headers=subject),
    'GET /v3/auth/projects': ask(),
    'GET /v3/auth/domains': ask(),
    'GET /v3/auth/system': ask(),
    'GET /v3/auth/catalog': ask(),

    **crud('/v3/domains', 'domain', {'name': '{new}'}, {'description': 'x'}),
    'DELETE /v3/domains/{id}': ask(id=_disabled_domain),
    'GET ' + _CONFIG_PATH: ask(before=_CONFIGURED),
    'PUT ' + _CONFIG_PATH: ask(_CONFIG, before=_CONFIGURED),
    'PATCH ' + _CONFIG_PATH: ask(_CONFIG, before=_CONFIGURED),
    'DELETE ' + _CONFIG_PATH: ask(before=_CONFIGURED),
    'GET %s/{group}' % _CONFIG_PATH: ask(before=_CONFIGURED, **_OPTION),
    'GET %s/{group} (security_compliance)' % _CONFIG_PATH: ask(group='security_compliance'),
    'PATCH %s/{group}' % _CONFIG_PATH: ask(_CONFIG, before=_CONFIGURED, **_OPTION),
    'DELETE %s/{group}' % _CONFIG_PATH: ask(before=_CONFIGURED, **_OPTION),
    'GET %s/{group}/{id}' % _CONFIG_PATH: ask(before=_CONFIGURED, **_OPTION),
    'PATCH %s/{group}/{id}' % _CONFIG_PATH: ask({'config': {'driver': 'sql'}}, before=_CONFIGURED, **_OPTION),
    'DELETE %s/{group}/{id}' % _CONFIG_PATH: ask(before=_CONFIGURED, **_OPTION),
    'GET /v3/domains/config/default': ask(),
    'GET /v3/domains/config/{group}/default': ask(group='identity'),
    'GET /v3/domains/config/{group}/{option}/default': ask(group='identity', option='driver'),

    **crud('/v3/projects', 'project', {'name': '{new}', 'domain_id': '{domains}'}, {'description': 'x'},
           domain_id='{domains}'),
    'GET /v3/projects/{project_id}/tags': ask(),
    'PUT /v3/projects/{project_id}/tags': ask({'tags': ['red']}),
    'DELETE /v3/projects/{project_id}/tags': ask(),
    'GET /v3/projects/{project_id}/tags/{id}': ask(before=_TAGS),
    'PUT /v3/projects/{project_id}/tags/{id}': ask(),
    'DELETE /v3/projects/{project_id}/tags/{id}': ask(before=_TAGS),

    **crud('/v3/users', 'user', {'name': '{new}', 'domain_id': '{domains}'}, {'description': 'x'},
           domain_id='{domains}'),
    'POST /v3/users/{user_id}/password': ask(
        {'user': {'original_password': 'old-secret', 'password': 'new-secret'}}, user_id=_with_password),
    'GET /v3/users/{user_id}/groups': ask(),
    'GET /v3/users/{user_id}/projects': ask(),
    'GET /v3/users/{user_id}/credentials/OS-EC2': ask(),
    'POST /v3/users/{user_id}/credentials/OS-EC2': ask({'tenant_id': '{projects}'}),
    'GET /v3/users/{user_id}/credentials/OS-EC2/{id}': ask(),
    'DELETE /v3/users/{user_id}/credentials/OS-EC2/{id}': ask(id=people.World.ec2_key),
    'GET /v3/users/{user_id}/application_credentials': ask(),
    'POST /v3/users/{user_id}/application_credentials': ask({'application_credential': {'name': '{new}'}}),
    'GET /v3/users/{user_id}/application_credentials/{id}': ask(),
    'DELETE /v3/users/{user_id}/application_credentials/{id}': ask(id=people.World.application_credential),
    'GET /v3/users/{user_id}/access_rules': ask(),
    'GET /v3/users/{user_id}/access_rules/{id}': ask(),
    'DELETE /v3/users/{user_id}/access_rules/{id}': ask(id=people.World.unused_rule),

    **crud('/v3/groups', 'group', {'name': '{new}', 'domain_id': '{domains}'}, {'description': 'x'},
           domain_id='{domains}'),
    'GET /v3/groups/{group_id}/users': ask(),
    **pair('/v3/groups/{group_id}/users/{id}', id='other_users'),

    **crud('/v3/roles', 'role', {'name': '{new}'}, {'description': 'x'}),
    'GET /v3/roles/{id} (member)': ask(id='role_member'),
    'GET /v3/roles (of a domain)': ask(query='domain_id={domains}'),
    'POST /v3/roles (of a domain)': ask({'role': {'name': '{new}', 'domain_id': '{domains}'}}),
    'GET /v3/roles/{id} (of a domain)': ask(id=new('roles', domain_id='{domains}')),
    'PATCH /v3/roles/{id} (of a domain)': ask({'role': {'description': 'x'}}, id=new('roles', domain_id='{domains}')),
    'DELETE /v3/roles/{id} (of a domain)': ask(id=new('roles', domain_id='{domains}')),
    'GET /v3/roles/{role_id}/implies': ask(),
    **pair(_RULE, id='role_reader'),
    'HEAD ' + _RULE: ask(before=_tie(_RULE, {'id': 'role_reader'}), id='role_reader'),
    'GET /v3/role_inferences': ask(),
    'GET /v3/role_assignments': ask(),
    'GET /v3/role_assignments (include_subtree)': ask(query='include_subtree&scope.project.id={projects}'),
    **_grants(),

    **crud('/v3/regions', 'region', {'description': 'x'}, {'description': 'x'}),
    'PUT /v3/regions/{id}': ask({'region': {}}, id=people.World.name),
    **crud('/v3/services', 'service', {'type': 'x'}, {'description': 'x'}, type='x'),
    **crud('/v3/endpoints', 'endpoint', {'service_id': '{services}', 'interface': 'public', 'url': 'http://x'},
           {'url': 'http://y'}, service_id='{services}', interface='public', url='http://x'),
    **crud('/v3/OS-EP-FILTER/endpoint_groups', 'endpoint_group',
           {'name': '{new}', 'filters': {'interface': 'public'}}, {'description': 'x'},
           filters={'interface': 'public'}),
    'GET /v3/OS-EP-FILTER/endpoint_groups/{group_id}/endpoints': ask(),
    'GET /v3/OS-EP-FILTER/endpoint_groups/{group_id}/projects': ask(),
    **pair('/v3/OS-EP-FILTER/endpoint_groups/{group_id}/projects/{id}'),
    'GET /v3/OS-EP-FILTER/projects/{project_id}/endpoints': ask(),
    **pair('/v3/OS-EP-FILTER/projects/{project_id}/endpoints/{id}'),
    'GET /v3/OS-EP-FILTER/projects/{project_id}/endpoint_groups': ask(),
    'GET /v3/OS-EP-FILTER/endpoints/{endpoint_id}/projects': ask(),

    **crud('/v3/credentials', 'credential', {'type': 'cert', 'blob': 'x', 'user_id': '{users}'}, {'blob': 'y'},
           type='cert', blob='x', user_id='{users}'),
    **crud('/v3/policies', 'policy', {'type': 'x', 'blob': 'x'}, {'blob': 'y'}, type='x', blob='x'),
    'GET /v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints': ask(),
    **pair('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints/{id}'),
    **pair('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/services/{id}'),
    **pair('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/services/{service_id}/regions/{id}'),
    'GET /v3/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy': ask(
        before=_tie('/v3/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints/{id}', {})),
    'POST /v3/ec2tokens': ask(lambda world: {'credentials': signed(types.SimpleNamespace(**world.ec2))}),
    'POST /v3/s3tokens': ask(_signed_for_s3),

    'GET /v3/OS-TRUST/trusts': ask(),
    'GET /v3/OS-TRUST/trusts (trustor)': ask(query='trustor_user_id={users}'),
    'GET /v3/OS-TRUST/trusts (trustee)': ask(query='trustee_user_id={users}'),
    'POST /v3/OS-TRUST/trusts': ask({'trust': {
        'trustor_user_id': '{users}', 'trustee_user_id': '{other_users}', 'impersonation': False,
        'project_id': '{projects}', 'roles': [{'name': 'member'}]}}),
    'GET /v3/OS-TRUST/trusts/{id}': ask(),
    'DELETE /v3/OS-TRUST/trusts/{id}': ask(id=people.World.trust),
    'GET /v3/OS-TRUST/trusts/{trust_id}/roles': ask(),
    'GET /v3/OS-TRUST/trusts/{trust_id}/roles/{id}': ask(id='role_member'),
    **crud('/v3/OS-OAUTH1/consumers', 'consumer', {'description': 'x'}, {'description': 'y'}),
    'POST /v3/OS-OAUTH1/request_token': ask(headers=_asks_for_the_project),
    'PUT /v3/OS-OAUTH1/authorize/{id}': ask({'roles': [{'name': 'admin'}]}, id=lambda world: world.request_token()[0]),
    'POST /v3/OS-OAUTH1/access_token': ask(headers=_exchanges),
    'GET %s' % _ACCESS: ask(user_id='project_admin'),
    'GET %s/{id}' % _ACCESS: ask(user_id='project_admin'),
    'DELETE %s/{id}' % _ACCESS: ask(user_id='project_admin', id=people.World.access_token),
    'GET %s/{access_token_id}/roles' % _ACCESS: ask(user_id='project_admin'),
    'GET %s/{access_token_id}/roles/{id}' % _ACCESS: ask(user_id='project_admin', id='role_admin'),
    # A client identifies itself in a form; test_oauth2_tokens.py has that.
    **{verb + ' /v3/OS-OAUTH2/token': ask() for verb in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')},
    **_federated('identity_providers', 'identity_provider', 'acme', {'enabled': True}, {'description': 'x'}),
    **_federated('mappings', 'mapping', 'm', _MAPPING, _MAPPING),
    **_federated('service_providers', 'service_provider', 'far', _SERVICE, {'description': 'x'}),
    'GET ' + _PROTOCOLS: ask(before=_federation, provider_id='acme'),
    'GET %s/{id}' % _PROTOCOLS: ask(before=_federation, provider_id='acme', id='mapped'),
    'PUT %s/{id}' % _PROTOCOLS: ask({'protocol': {'mapping_id': 'm'}}, before=_federation, provider_id='acme',
                                    id=people.World.name),
    'PATCH %s/{id}' % _PROTOCOLS: ask({'protocol': {'mapping_id': 'm'}}, before=_federation, provider_id='acme',
                                      id='mapped'),
    'DELETE %s/{id}' % _PROTOCOLS: ask(before=_federation, provider_id='acme', id='mapped'),
    'GET /v3/OS-FEDERATION/projects': ask(),
    'GET /v3/OS-FEDERATION/domains': ask(),
    # What the web server says decides, and it says nothing here; test_federated_login.py and test_saml.py have more.
    **{'%s %s/{protocol_id}/auth' % (verb, _PROTOCOLS): ask(before=_federation, provider_id='acme', protocol_id='mapped')
       for verb in ('GET', 'POST')},
    **{'%s /v3/auth%s/{protocol_id}/websso' % (verb, _PROTOCOLS.removeprefix('/v3')): ask(
        provider_id='acme', protocol_id='mapped') for verb in ('GET', 'POST')},
    **{verb + ' /v3/auth/OS-FEDERATION/websso/{id}': ask(id='mapped') for verb in ('GET', 'POST')},
    'POST /v3/auth/OS-FEDERATION/saml2': ask(_ASSERTED),
    'POST /v3/auth/OS-FEDERATION/saml2/ecp': ask(_ASSERTED),
    'GET /v3/OS-FEDERATION/saml2/metadata': ask(),
    'GET /v3/OS-REVOKE/events': ask(),

    'GET /v3/registered_limits': ask(),
    'POST /v3/registered_limits': ask({'registered_limits': [_REGISTERED]}),
    'GET /v3/registered_limits/{id}': ask(),
    'PATCH /v3/registered_limits/{id}': ask({'registered_limit': {'default_limit': 2}}),
    'DELETE /v3/registered_limits/{id}': ask(id=people.World.registered_limit),
    'GET /v3/limits': ask(),
    'POST /v3/limits': ask(_new_limit),
    'GET /v3/limits/{id}': ask(),
    'PATCH /v3/limits/{id}': ask({'limit': {'resource_limit': 2}}),
    'DELETE /v3/limits/{id}': ask(id=people.World.limit),
    'GET /v3/limits/model': ask(),

    'GET /praline/deletions': ask(),
    'POST /praline/deletions': ask(lambda world: {'deletion': {
        'project_id': world.make('projects', name=world.name(), domain_id='{domains}')}}),
    'GET /praline/deletions/{id}': ask(id=people.World.going_project),
    'DELETE /praline/deletions/{id}': ask(id=people.World.going_project),
    'GET /praline/projects/{project_id}/resources': ask(),
}
