# SPDX-License-Identifier: Apache-2.0
"""Which event an operation of the API is, by its name: identity.<resource>.<operation>.

An operation that is called create, update or delete something tells of it without being named here.
"""
import collections
import re
import urllib.parse

from praline_identity.db import credentials

# resource, operation: as in the event's type; about(ids of the path, result): ids of what changed;
# more(controller, ids): what a role assignment or membership says besides.
Event = collections.namedtuple('Event', 'resource operation about more', defaults=(None, None))

AUTHENTICATE = 'identity.authenticate'
LOGINS = frozenset('identity:' + name for name in ('authenticate', 'ec2tokens_validate', 's3tokens_validate',
                                                        'create_oauth2_token'))
# Keystone's words where they are not those of the operation.
_RESOURCES = {
    'trust': 'OS-TRUST:trust', 'consumer': 'OS-OAUTH1:consumer', 'access_token': 'OS-OAUTH1:access_token',
    'request_token': 'OS-OAUTH1:request_token', 'project_tag': 'project tag', 'project_tags': 'project tag',
    'limits': 'limit', 'registered_limits': 'registered_limit'}
_TYPES = {
    'group': 'data/security/group', 'project': 'data/security/project', 'role': 'data/security/role',
    'user': 'data/security/account/user', 'domain': 'data/security/domain', 'region': 'data/security/region',
    'endpoint': 'data/security/endpoint', 'service': 'data/security/service', 'policy': 'data/security/policy',
    'OS-TRUST:trust': 'data/security/trust', 'OS-OAUTH1:access_token': 'data/security/credential',
    'OS-OAUTH1:request_token': 'data/security/credential', 'OS-OAUTH1:consumer': 'data/security/account',
    'application_credential': 'data/security/credential'}
_DONE = {'create': 'created', 'update': 'updated', 'delete': 'deleted'}
_NAMED = re.compile(r'identity:(create|update|delete)_(\w+)')


DELETED_PROJECT = Event('project', 'deleted')


def type_uri(resource):
    """CADF's word for what changed."""
    return _TYPES.get(resource, 'unknown')


def made(ids, result):
    """The id in {'thing': {'id'}}, the ids in {'things': [{'id'}]}, else the last of the path."""
    result = getattr(result, 'body', result)
    if isinstance(result, dict):
        for value in result.values():
            if isinstance(value, dict) and 'id' in value:
                return [value['id']]
            if isinstance(value, list) and value and isinstance(value[0], dict) and 'id' in value[0]:
                return [item['id'] for item in value]
    return [ids[-1]]


def told(ids, result):
    """The id of the token that a consumer is told of in a form."""
    return urllib.parse.parse_qs(result.body.decode())['oauth_token']


def first(ids, result):
    return [ids[0]]


def last(ids, result):
    return [ids[-1]]


def _assignment(controller, ids):
    """Of the path of a grant: {'project' | 'domain' | 'system', 'user' | 'group', 'role', 'inherited_to_projects'}."""
    said = {'inherited_to_projects': getattr(controller, 'inherited', False), controller.actor_kind: ids[-2],
            'role': ids[-1]}
    place = getattr(controller, 'target_kind', None) or 'system'
    return {**said, place: ids[0] if place != 'system' else 'all'}


def _member(operation):
    return lambda controller, ids: {'actor_id': ids[1], 'actor_type': 'user', 'actor_operation': operation}


def _deletion(ids, result):
    return [result['deletion']['project_id']] if result else [ids[-1]]


_EVENTS = {
    'identity:create_grant': Event('role_assignment', 'created', last, _assignment),
    'identity:revoke_grant': Event('role_assignment', 'deleted', last, _assignment),
    **{'identity:create_system_grant_for_' + kind: Event('role_assignment', 'created', last, _assignment)
       for kind in ('user', 'group')},
    **{'identity:revoke_system_grant_for_' + kind: Event('role_assignment', 'deleted', last, _assignment)
       for kind in ('user', 'group')},
    'identity:add_user_to_group': Event('group', 'updated', first, _member('added')),
    'identity:remove_user_from_group': Event('group', 'updated', first, _member('removed')),
    'identity:authorize_request_token': Event('OS-OAUTH1:request_token', 'authorized', last),
    'identity:change_password': Event('user', 'updated', first),
    'identity:ec2_create_credential': Event('credential', 'created', lambda ids, result: [
        credentials.ec2_id(result['credential']['access'])]),
    'identity:ec2_delete_credential': Event('credential', 'deleted', lambda ids, result: [credentials.ec2_id(ids[-1])]),
    'identity:create_request_token': Event('OS-OAUTH1:request_token', 'created', told),
    'identity:create_access_token': Event('OS-OAUTH1:access_token', 'created', told),
    'identity:create_implied_role': Event('implied_role', 'created', last),
    'identity:add_endpoint_to_project': Event('project_endpoint', 'created', last),
    'identity:remove_endpoint_from_project': Event('project_endpoint', 'deleted', last),
    'identity:add_endpoint_group_to_project': Event('project_endpoint_group', 'created', last),
    'identity:remove_endpoint_group_from_project': Event('project_endpoint_group', 'deleted', last),
    'praline:deletions:create': Event('project', 'updated', _deletion),
    'praline:deletions:restore': Event('project', 'updated', _deletion),
}


def of(name):
    """The Event of an operation, None of one that changes nothing."""
    known = _EVENTS.get(name)
    if known is not None:
        return known
    found = _NAMED.fullmatch(name)
    if not found:
        return None
    verb, thing = found.groups()
    about = {'create': made, 'update': last, 'delete': last}[verb]
    if thing in ('domain_config', 'project_tags'):
        about = first
    return Event(_RESOURCES.get(thing, thing), _DONE[verb], about)
