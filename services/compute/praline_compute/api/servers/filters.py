# SPDX-License-Identifier: Apache-2.0
"""What a list of servers may be narrowed by: query words to SQL clauses."""
import datetime

import orjson
import sqlalchemy as sa

from praline_common import errors
from praline_common.db import patterns
from praline_compute import states
from praline_compute.db import servers
from praline_compute.db.columns import stamp
from praline_compute.db.models import SERVERS

_C = SERVERS.c
ALL_TENANTS = 'os_compute_api:servers:index:get_all_tenants'
_TRUE = ('true', '1', 't', 'yes', 'on', 'y')
_FALSE = ('false', '0', 'f', 'no', 'off', 'n')

_EXACT = {'project_id': _C.project_id, 'user_id': _C.user_id, 'uuid': _C.id, 'host': _C.host, 'image': _C.image_id,
          'image_ref': _C.image_id, 'flavor': _C.flavor_id, 'vm_state': _C.vm_state, 'task_state': _C.task_state,
          'launch_index': _C.launch_index, 'power_state': _C.power_state, 'progress': _C.progress,
          'node': _C.host}
_PATTERN = {'name': _C.name, 'display_name': _C.name, 'description': _C.description,
            'display_description': _C.description, 'hostname': _C.hostname, 'key_name': _C.key_name,
            'reservation_id': _C.reservation_id, 'launched_at': _C.launched_at, 'terminated_at': _C.terminated_at,
            'availability_zone': _C.availability_zone, 'locked_by': _C.locked_by,
            'root_device_name': _C.root_device_name, 'access_ip_v4': _C.access_ip_v4,
            'access_ip_v6': _C.access_ip_v6, 'created_at': _C.created_at}
_NUMBERS = ('launch_index', 'power_state', 'progress')
_EVERYBODY = ('reservation_id', 'name', 'status', 'image', 'flavor', 'ip', 'changes-since', 'changes-before',
              'all_tenants', 'ip6', 'tags', 'tags-any', 'not-tags', 'not-tags-any', 'locked')
_SINCE_2_83 = ('availability_zone', 'config_drive', 'key_name', 'created_at', 'launched_at', 'terminated_at',
               'power_state', 'task_state', 'vm_state', 'progress', 'user_id')
_INTRODUCED = {'tags': (2, 26), 'tags-any': (2, 26), 'not-tags': (2, 26), 'not-tags-any': (2, 26),
               'changes-before': (2, 66), 'locked': (2, 73), 'ip6': (2, 5)}


class NoneFit(Exception):
    """The filters can fit no server: the answer is an empty list without asking."""


def clauses(req, policy):
    """The WHERE clauses of this list request, in which `project_id` is bound.  BadRequest, Forbidden, NoneFit."""
    asked = _asked(req)
    found = [*_scope(req, policy, asked), *_deleted(req, asked)]
    for name, value in asked.items():
        found.extend(_clause(name, value, req.version))
    return found


def _asked(req):
    version, admin = req.version, req.context.is_admin
    allowed = None if admin else _EVERYBODY + (_SINCE_2_83 if version >= (2, 83) else ())
    asked = {}
    for name, value in req.GET.items():
        if allowed is not None and name not in allowed and name not in ('deleted', 'tenant_id'):
            continue
        if version < _INTRODUCED.get(name, (0, 0)) and not (name == 'ip6' and admin):
            continue
        asked.setdefault(name, value)
    if 'tenant_id' in asked:
        asked.setdefault('project_id', asked.pop('tenant_id'))
    return asked


def _scope(req, policy, asked):
    everyone = 'all_tenants' in asked and (not asked['all_tenants'] or _bool(asked['all_tenants'], 'all_tenants'))
    if everyone:
        policy.require(req.context, ALL_TENANTS, {'project_id': req.context.project_id})
        return
    asked.pop('project_id', None)
    yield servers.OWN


def _deleted(req, asked):
    wanted = asked.pop('deleted', None)
    since, before = asked.get('changes-since'), asked.get('changes-before')
    if since and before and _time(since) > _time(before):
        raise errors.BadRequest('The value of changes-since must be less than or equal to changes-before.')
    status = req.GET.getall('status')
    if any(word.lower() == 'deleted' for word in status):
        if not req.context.is_admin:
            raise errors.Forbidden('Only administrators may list deleted instances')
        wanted = 'true'
    if wanted is not None and req.context.is_admin:
        yield _C.deleted.is_(wanted.lower() in _TRUE)
    elif not since and not before:
        yield servers.LIVE
    if status:
        yield _status(status)
    if asked.get('vm_state') != states.SOFT_DELETED and asked.get('soft_deleted', '').lower() not in _TRUE \
            and not any(word.upper() == 'SOFT_DELETED' for word in status):
        yield servers.NOT_SOFT_DELETED


def _status(words):
    found = []
    for word in words:
        for vm_state, (tasks, others) in states.of_status(word).items():
            clause = _C.vm_state == vm_state
            if others and tasks:
                clause = sa.and_(clause, sa.or_(_C.task_state.is_(None), _C.task_state.not_in(tasks)))
            elif tasks:
                clause = sa.and_(clause, _C.task_state.in_(tasks))
            found.append(clause)
    if not found:
        raise NoneFit()
    return sa.or_(*found)


def _clause(name, value, version):
    if name in _EXACT:
        yield _equal(name, value)
    elif name in _PATTERN:
        yield patterns.Fits(_PATTERN[name], value)
    elif name in ('ip', 'ip6'):
        yield patterns.Fits(_C.addresses, _address(value))
    elif name == 'changes-since':
        yield sa.func.coalesce(_C.updated_at, _C.created_at) >= _time(value)
    elif name == 'changes-before':
        yield sa.func.coalesce(_C.updated_at, _C.created_at) <= _time(value)
    elif name == 'locked':
        yield _C.locked_by.is_not(None) if _bool(value, name) else _C.locked_by.is_(None)
    elif name == 'config_drive':
        yield _C.config_drive == ('True' if value.lower() in _TRUE else '')
    elif name == 'auto_disk_config':
        yield _C.auto_disk_config.is_(value.lower() in _TRUE)
    elif name == 'metadata':
        yield from _metadata(value)
    elif name in ('tags', 'tags-any', 'not-tags', 'not-tags-any'):
        yield _tags(name, value)


def _equal(name, value):
    if name in _NUMBERS:
        if not value.lstrip('-').isdigit():
            raise NoneFit()
        return _EXACT[name] == int(value)
    if name == 'task_state' and value.lower() in ('', 'none'):
        return _C.task_state.is_(None)
    return _EXACT[name] == value


def _metadata(value):
    try:
        wanted = orjson.loads(value)
        if isinstance(wanted, dict):
            wanted = [wanted]
        pairs = [(str(key), str(one)) for part in wanted for key, one in part.items()]
    except (ValueError, AttributeError, TypeError):
        raise errors.BadRequest('Invalid filter metadata: %s is not a JSON object' % value) from None
    for key, one in pairs:
        yield sa.type_coerce(_C.metadata, sa.JSON)[key].as_string() == one


def _tags(name, value):
    each = [_C.tags.contains(',%s,' % tag, autoescape=True) for tag in value.split(',')]
    both = sa.or_(*each) if name.endswith('any') else sa.and_(*each)
    return sa.not_(both) if name.startswith('not') else both


def _address(pattern):
    """The pattern of one address as one for ',address,address,'.  BadRequest when it is none by itself."""
    patterns.compile(pattern)
    start, end = pattern.startswith('^'), pattern.endswith('$') and not pattern.endswith(r'\$')
    inner = pattern[1 if start else 0:-1 if end else None]
    return '%s(%s)%s' % (',' if start else '', inner, ',' if end else '')


def _bool(value, name):
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise errors.BadRequest("Invalid input for %s: unrecognized value '%s', acceptable values are: %s"
                            % (name, value, ', '.join(repr(word) for word in sorted((*_TRUE, *_FALSE)))))


def _time(text):
    try:
        moment = datetime.datetime.fromisoformat(text.strip().replace('Z', '+00:00').replace(' ', '+'))
    except ValueError:
        try:
            moment = datetime.datetime.fromisoformat(text.strip())
        except ValueError:
            raise errors.BadRequest('Invalid input for changes-since: %r is not a time' % text) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return stamp(moment)
