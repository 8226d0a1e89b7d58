# SPDX-License-Identifier: Apache-2.0
"""The bodies of notifications: CADF's event (DMTF DSP0262), and the short form that only names what changed."""
import datetime
import uuid

from praline_identity.notifications import events

_EVENT = 'http://schemas.dmtf.org/cloud/audit/1.0/event'
_ACCOUNT = 'service/security/account/user'
# What ids that are no UUIDs are turned into UUIDs with; keystone's own, so that the same user has the same.
_NAMESPACE = uuid.UUID('4332ecab-770b-4288-a680-b9aca3b1b153')


def initiator(context, environ=None):
    """Who did it: {'typeURI', 'id', 'host', 'user_id', 'project_id', ...} of a request, or of an operation."""
    said = {'typeURI': _ACCOUNT, 'id': as_uuid(context.user_id) if context.user_id else str(uuid.uuid4())}
    if environ is not None:
        host = {'address': environ.get('REMOTE_ADDR'), 'agent': environ.get('HTTP_USER_AGENT')}
        said['host'] = {name: value for name, value in host.items() if value}
    named = {'user_id': context.user_id, 'project_id': context.project_id, 'domain_id': context.domain_id,
             'request_id': context.request_id, 'global_request_id': context.global_request_id,
             'name': context.user_name, 'username': context.user_name}
    return {**said, **{name: value for name, value in named.items() if value}}


def cadf(action, outcome, who, target, observer_id, **more):
    """An activity: who did what to which target; more: keys of its own, those that are None left out."""
    return {'typeURI': _EVENT, 'eventType': 'activity', 'id': str(uuid.uuid4()), 'eventTime': _now(),
            'action': action, 'outcome': outcome, 'initiator': who, 'target': target,
            'observer': {'typeURI': 'service/security', 'id': observer_id or str(uuid.uuid4())},
            **{name: value for name, value in more.items() if value is not None}}


def resource(kind, resource_id):
    """The target of a change."""
    return {'typeURI': events.type_uri(kind), 'id': resource_id}


def account():
    """The target of logins and role assignments."""
    return {'typeURI': _ACCOUNT, 'id': str(uuid.uuid4())}


def basic(resource_id, context, more):
    """What the short form says."""
    said = {'resource_info': resource_id, 'request_id': context.request_id,
            'global_request_id': context.global_request_id, **more}
    return {name: value for name, value in said.items() if value is not None}


def as_uuid(name):
    """A user's id where CADF wants a UUID: itself when it is one."""
    try:
        return uuid.UUID(name) and name
    except ValueError:
        return uuid.uuid5(_NAMESPACE, name).hex


def _now():
    return datetime.datetime.now(datetime.UTC).strftime('%Y-%m-%dT%H:%M:%S.%f%z')
