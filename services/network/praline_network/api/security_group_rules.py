# SPDX-License-Identifier: Apache-2.0
"""Security group rules."""
import ipaddress

from praline_common.api.rest import operation
from praline_common.policy import ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import Field, INTEGER, Resource, UUID, nullable, read_only, standard, text
from praline_network.api.collection import Collection
from praline_network.db import ports
from praline_network.db import resources
from praline_network.db import security_group_rules
from praline_network.db import security_groups
from praline_network.db.security_group_rules import PROTOCOLS, WITH_PORTS

_ICMP, _ICMP6 = 1, 58
_ONLY_6 = {number for name, number in PROTOCOLS.items() if 'v6' in name}
_WORD = {'ipv4': 'IPv4', 'ipv6': 'IPv6'}


def _ethertype(value):
    return _WORD[value.lower()]


def _protocol(value):
    value = str(value).lower()
    return None if value in ('any', '0', 'ip') else value


def _network(prefix):
    """The prefix as it is applied: without the host's bits."""
    return prefix and str(ipaddress.ip_network(prefix, strict=False))


_ETHERTYPE = {'type': 'string', 'pattern': '^[iI][pP][vV][46]$'}

RESOURCE = Resource('security_group_rule', 'security_group_rules', {
    **standard(named=False, tagged=False),
    'security_group_id': Field(UUID, put=False, required=True),
    'direction': Field({'type': 'string', 'enum': ['ingress', 'egress']}, put=False, required=True),
    'ethertype': Field(nullable(_ETHERTYPE), put=False, default='IPv4', convert=_ethertype),
    'protocol': Field({'type': ['string', 'integer', 'null']}, put=False, default=None, convert=_protocol),
    'port_range_min': Field(nullable(INTEGER), put=False, default=None),
    'port_range_max': Field(nullable(INTEGER), put=False, default=None),
    'remote_ip_prefix': Field(nullable({'type': 'string', 'maxLength': 64}), put=False, default=None),
    'remote_group_id': Field(nullable(text()), put=False, default=None),
    'remote_address_group_id': Field({'type': 'null'}, put=False, default=None, column='remote_address_group_id',
                                     show=lambda _: None),
    'normalized_cidr': read_only(column='remote_ip_prefix', show=_network),
    'belongs_to_default_sg': read_only(),
})
_NESTED = RESOURCE.shown(frozenset(['belongs_to_default_sg']), frozenset())


def nested(rules):
    """Rules as a group shows them."""
    return [{name: show(row.get(column)) if show else row[column] for name, column, show in _NESTED} for row in rules]


class SecurityGroupRules(Collection):
    resource, rows = RESOURCE, security_group_rules

    @operation('get_security_group_rules', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_security_group_rule', policy=ANYONE, item=security_group_rules.get)
    def get_one(self, req, rule):
        return self.answer_one(req, rule)

    @operation('create_security_group_rule', policy=MEMBER, body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('delete_security_group_rule', policy=MEMBER, item=security_group_rules.get, status=204)
    def delete(self, req, rule):
        return self.answer_delete(req, rule)

    def create(self, conn, context, values):
        groups = security_groups.TABLE
        group = resources.fetch(conn, groups, 'security_group', values['security_group_id'],
                                resources.owned(groups, context))
        values['project_id'] = group['project_id']
        values['ethertype'] = values['ethertype'] or 'IPv4'
        check(values)
        if values['remote_group_id']:
            security_groups.check_usable(conn, context, [values['remote_group_id']])
        row = security_group_rules.create(conn, values)
        self.sync(conn, ports.hosts_of_groups(conn, [group['id']]))
        return {**row, 'belongs_to_default_sg': group['default_of'] is not None}

    def remove(self, conn, context, row):
        security_group_rules.delete(conn, row)
        self.sync(conn, ports.hosts_of_groups(conn, [row['security_group_id']]))


def check(values):
    """BadRequest when a rule says what cannot be; its protocol becomes canonical."""
    number = _number(values)
    low, high = values['port_range_min'], values['port_range_max']
    if number in (_ICMP, _ICMP6):
        _check_icmp(low, high)
    elif low is not None or high is not None:
        _check_ports(values['protocol'], number, low, high)
    values['remote_ip_prefix'] = values['remote_ip_prefix'] or None
    if values['remote_ip_prefix'] and values['remote_group_id']:
        raise errors.refuse('SecurityGroupMultipleRemoteEntites', 'Only one of remote_ip_prefix or remote_group_id may '
                                                                  'be provided.')
    if values['remote_ip_prefix']:
        values['remote_ip_prefix'] = _prefix(values)


def _number(values):
    """The protocol's number; None for any."""
    word = values['protocol']
    if word is None:
        return None
    number = PROTOCOLS.get(word, int(word) if word.isascii() and word.isdigit() else None)
    if number is None or number > 255:
        raise errors.refuse('SecurityGroupRuleInvalidProtocol', 'Security group rule protocol %s not supported. Only '
                            'protocol values [None, %s] and integer representations [0 to 255] are supported.'
                            % (word, ', '.join(PROTOCOLS)))
    if number in _ONLY_6 and values['ethertype'] == 'IPv4':
        raise errors.refuse('SecurityGroupEthertypeConflictWithProtocol', 'Invalid ethertype IPv4 for protocol %s.' % word)
    if number == _ICMP and values['ethertype'] == 'IPv6':
        values['protocol'] = 'ipv6-icmp' if word == 'icmp' else str(_ICMP6)
        return _ICMP6
    return number


def _check_icmp(kind, code):
    for name, value in (('port_range_min', kind), ('port_range_max', code)):
        if value is not None and not 0 <= value <= 255:
            raise errors.refuse('SecurityGroupInvalidIcmpValue', 'Invalid value for ICMP %s (%s) %s. It must be 0 to '
                                '255.' % ('type' if name == 'port_range_min' else 'code', name, value))
    if kind is None and code is not None:
        raise errors.refuse('SecurityGroupMissingIcmpType', 'ICMP code (port-range-max) %s is provided but ICMP type '
                            '(port-range-min) is missing.' % code)


def _check_ports(word, number, low, high):
    if number is None:
        raise errors.refuse('SecurityGroupProtocolRequiredWithPorts', 'Must also specify protocol if port range is '
                                                                      'given.')
    if number not in WITH_PORTS:
        raise errors.refuse('SecurityGroupInvalidProtocolForPort', 'Ports cannot be specified for protocol %s.' % word)
    for value in (low, high):
        if value is not None and not 0 < value <= 65535:
            raise errors.refuse('SecurityGroupInvalidPortValue', 'Invalid value for port %s.' % value)
    if low is None or high is None or low > high:
        raise errors.refuse('SecurityGroupInvalidPortRange', 'For TCP/UDP protocols, port_range_min must be <= '
                                                             'port_range_max.')


def _prefix(values):
    given = values['remote_ip_prefix']
    try:
        network = ipaddress.ip_network(given, strict=False)
    except ValueError:
        raise errors.refuse('InvalidCIDR', 'Invalid CIDR %s given as IP prefix.' % given) from None
    if 'IPv%d' % network.version != values['ethertype']:
        raise errors.refuse('SecurityGroupRuleParameterConflict', 'Conflicting value ethertype %s for CIDR %s.'
                            % (values['ethertype'], given))
    return given if '/' in given else str(network)
