# SPDX-License-Identifier: Apache-2.0
"""Security groups as they were until 2.35: /os-security-groups and /os-security-group-rules."""
import ipaddress
import uuid
from urllib.parse import unquote

from praline_common import errors, policy
from praline_common.api import paging
from praline_common.api.rest import Controller, operation
from praline_compute.api import types
from praline_compute.api.proxied import LAST, ask

_RULE = 'os_compute_api:os-security-groups:'
_GROUPS, _RULES = '/v2.0/security-groups', '/v2.0/security-group-rules'
_TEXT = {'type': 'string', 'maxLength': 255}
_GROUP = {'type': 'object', 'required': ['security_group'], 'properties': {'security_group': {
    'type': 'object', 'required': ['name', 'description'], 'properties': {'name': _TEXT, 'description': _TEXT}}}}
_NEW_RULE = {'type': 'object', 'required': ['security_group_rule'], 'properties': {'security_group_rule': {
    'type': 'object', 'required': ['parent_group_id'], 'properties': {
        'group_id': {'type': ['string', 'null'], 'format': 'uuid'}, 'parent_group_id': types.UUID}}}}
_PORTS = ('TCP', 'UDP')


class _Groups(Controller):

    def _ask(self, req, verb, path, body=None, **query):
        return ask(self.runtime.contracts.network, req, verb, path, body, query=query or None)

    def _get(self, req, group_id):
        _check_id(group_id)
        return self._ask(req, 'GET', '%s/%s' % (_GROUPS, group_id))['security_group']

    def _names(self, req, groups):
        """{group id: {'name', 'tenant_id'}} of these groups and of those that their rules name, in one question."""
        known = {group['id']: group for group in groups}
        missing = {rule['remote_group_id'] for group in groups for rule in group['security_group_rules']
                   if rule['remote_group_id']} - set(known)
        if missing:
            known.update((group['id'], group) for group in self._ask(req, 'GET', _GROUPS, id=sorted(missing))[
                'security_groups'])
        return {group_id: {'name': group['name'], 'tenant_id': group['tenant_id']}
                for group_id, group in known.items()}

    def _view(self, req, group):
        return _view(group, self._names(req, [group]))


class SecurityGroups(_Groups):

    @operation(_RULE + 'get', policy=policy.READER, until=LAST)
    def get_all(self, req):
        """The project's; every project's for an admin who asks with all_tenants."""
        everybody = req.context.is_admin and 'all_tenants' in req.GET
        query = {} if everybody else {'project_id': req.context.project_id}
        groups = self._ask(req, 'GET', _GROUPS, **query)['security_groups']
        page, start = paging.read(req, max_limit=self.conf.list_limit), int(req.GET.get('offset') or 0)
        groups = groups[start:start + page.limit]
        names = self._names(req, groups)
        shown = [_view(group, names) for group in groups]
        return {'security_groups': sorted(shown, key=lambda group: (group['tenant_id'], group['name']))}

    @operation(_RULE + 'show', policy=policy.READER, until=LAST)
    def get_one(self, req, group_id):
        return {'security_group': self._view(req, self._get(req, group_id))}

    @operation(_RULE + 'create', policy=policy.MEMBER, until=LAST, body=_GROUP)
    def post(self, req, body):
        made = self._ask(req, 'POST', _GROUPS, {'security_group': _described(body)})['security_group']
        return {'security_group': self._view(req, made)}

    @operation(_RULE + 'update', policy=policy.MEMBER, until=LAST, body=_GROUP)
    def put(self, req, group_id, body):
        self._get(req, group_id)
        made = self._ask(req, 'PUT', '%s/%s' % (_GROUPS, group_id), {'security_group': _described(body)})
        return {'security_group': self._view(req, made['security_group'])}

    @operation(_RULE + 'delete', policy=policy.MEMBER, until=LAST, status=202)
    def delete(self, req, group_id):
        self._get(req, group_id)
        try:
            self._ask(req, 'DELETE', '%s/%s' % (_GROUPS, group_id))
        except errors.Conflict as error:
            raise errors.BadRequest(error.message) from None


class SecurityGroupRules(_Groups):

    @operation(_RULE + 'rule:create', policy=policy.MEMBER, until=LAST, body=_NEW_RULE)
    def post(self, req, body):
        """One ingress rule, for a CIDR or for the members of a group."""
        asked = body['security_group_rule']
        self._get(req, asked['parent_group_id'])
        if asked.get('group_id') is not None:
            self._get(req, asked['group_id'])
        wanted = {'security_group_rule': _wanted(asked)}
        try:
            made = self._ask(req, 'POST', _RULES, wanted)['security_group_rule']
        except errors.Conflict as error:
            raise errors.BadRequest(error.message) from None
        names = {}
        if made['remote_group_id']:
            names = self._names(req, [self._get(req, made['remote_group_id'])])
        return {'security_group_rule': _rule(made, names)}

    @operation(_RULE + 'rule:delete', policy=policy.MEMBER, until=LAST, status=202)
    def delete(self, req, rule_id):
        _check_id(rule_id)
        self._ask(req, 'DELETE', '%s/%s' % (_RULES, rule_id))


def _described(body):
    return {name: body['security_group'][name] for name in ('name', 'description')}


def _check_id(text):
    try:
        uuid.UUID(text)
    except ValueError:
        raise errors.BadRequest('Security group id should be uuid') from None


def _view(group, names):
    return {'id': group['id'], 'name': group['name'], 'description': group['description'],
            'tenant_id': group['tenant_id'], 'rules': [
                _rule(rule, names) for rule in group['security_group_rules']
                if rule['direction'] == 'ingress' and (
                    not rule['remote_group_id'] or rule['remote_group_id'] in names)]}


def _rule(rule, names):
    low, high, protocol = rule['port_range_min'], rule['port_range_max'], rule['protocol']
    if protocol and low is None and high is None:
        low, high = (1, 65535) if protocol.upper() in _PORTS else (-1, -1)
    remote = names.get(rule['remote_group_id'])
    return {'id': rule['id'], 'parent_group_id': rule['security_group_id'], 'ip_protocol': protocol,
            'from_port': low, 'to_port': high, 'group': remote or {},
            'ip_range': {} if remote else {'cidr': rule['remote_ip_prefix'] or '0.0.0.0/0'}}


def _wanted(asked):
    """The network service's rule for what the old request asks.  BadRequest."""
    protocol, low, high = (asked.get(name) for name in ('ip_protocol', 'from_port', 'to_port'))
    wanted = {'direction': 'ingress', 'security_group_id': asked['parent_group_id'], 'ethertype': 'IPv4'}
    if asked.get('group_id') is not None:
        wanted['remote_group_id'] = asked['group_id']
        if low is None and high is None and protocol:
            low, high = (1, 65535) if str(protocol).upper() in _PORTS else (-1, -1)
    else:
        cidr, version = _network(asked.get('cidr'))
        wanted.update(remote_ip_prefix=cidr, ethertype='IPv%d' % version)
    if protocol and low is not None and high is not None:
        low, high = _checked_ports(str(protocol), low, high)
        wanted.update(protocol=str(protocol).lower(), port_range_min=low if low != -1 else None,
                      port_range_max=high if high != -1 else None)
    elif asked.get('group_id') is None:
        raise errors.BadRequest('Not enough parameters to build a valid rule.')
    return wanted


def _network(cidr):
    """(the CIDR as it was written, its IP version); everywhere when there is none."""
    if not cidr:
        return '0.0.0.0/0', 4
    text = unquote(str(cidr))
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        network = None
    if network is None or '/' not in text:
        raise errors.BadRequest('%s is not a valid IP network.' % cidr)
    if network.prefixlen == 0 and not text.startswith(('0.0.0.0', '::')):
        raise errors.BadRequest('Bad prefix for network in cidr %s' % cidr)
    return text, network.version


def _checked_ports(protocol, low, high):
    name = protocol.upper()
    try:
        low, high = int(low), int(high)
    except (TypeError, ValueError):
        raise errors.BadRequest('Invalid input received: ' + (
            'Type and Code must be integers for ICMP protocol type' if name == 'ICMP'
            else 'To and From ports must be integers')) from None
    if name not in (*_PORTS, 'ICMP'):
        raise errors.BadRequest('Invalid IP protocol %s.' % protocol)
    if name in _PORTS and low > high:
        raise errors.BadRequest('Invalid port range %d:%d. Former value cannot be greater than the later' % (low, high))
    if name in _PORTS and (low < 1 or high > 65535):
        raise errors.BadRequest('Invalid port range %d:%d. Valid %s ports should be between 1-65535' % (low, high, name))
    if name == 'ICMP' and not (-1 <= low <= 255 and -1 <= high <= 255):
        raise errors.BadRequest('Invalid port range %d:%d. For ICMP, the type:code must be valid' % (low, high))
    return low, high
