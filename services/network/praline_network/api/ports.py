# SPDX-License-Identifier: Apache-2.0
"""Ports."""
import ipaddress

import sqlalchemy as sa

from praline_common.api.rest import operation
from praline_common.policy import ADMIN, ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import (
    BOOLEAN, CIDR, Field, IP, MAC, Resource, UUID, admin_only, array, canonical_ip, nullable, one_of, read_only,
    standard, text)
from praline_network.api.collection import Collection
from praline_network.db import addresses
from praline_network.db import floatingips
from praline_network.db import models
from praline_network.db import networks
from praline_network.db import placement
from praline_network.db import ports
from praline_network.db import routers
from praline_network.db import security_groups

NETWORK_OWNER = 'role:admin or role:service or project_id:%(target.network_project_id)s'
NETWORK_USER = NETWORK_OWNER + ' or True:%(target.network_shared)s'
# Owners that begin so are the system's own ports; on a network of others nobody may claim to be one.
DEVICE_OWNER = NETWORK_OWNER + ' or False:%(target.network_device)s'

_FIXED_IP = {'type': 'object', 'properties': {'subnet_id': nullable(UUID), 'ip_address': nullable(IP)},
             'additionalProperties': False}
_PAIR = {'type': 'object', 'properties': {'ip_address': {'anyOf': [IP, CIDR]}, 'mac_address': nullable(MAC)},
         'required': ['ip_address'], 'additionalProperties': False}
_OPTION = {'type': 'object', 'required': ['opt_name'], 'additionalProperties': False, 'properties': {
    'opt_name': {'type': 'string', 'minLength': 1, 'maxLength': 64}, 'opt_value': nullable(text()),
    'ip_version': {'enum': [4, 6, '4', '6']}}}


def _options(given):
    return [{'opt_name': option['opt_name'], 'opt_value': option.get('opt_value'),
             'ip_version': int(option.get('ip_version', 4))} for option in given]


RESOURCE = Resource('port', 'ports', {
    **standard(),
    'network_id': Field(UUID, put=False, required=True),
    'admin_state_up': Field(BOOLEAN, default=True),
    'mac_address': Field(MAC, write=NETWORK_OWNER),
    'fixed_ips': Field(array(_FIXED_IP), write=NETWORK_USER),
    'status': read_only(),
    'device_id': Field(text(), default='', convert=lambda value: value or ''),
    'device_owner': Field(text(), default='', write=DEVICE_OWNER),
    'security_groups': Field(nullable(array(text(), uniqueItems=True))),
    'port_security_enabled': Field(BOOLEAN, write=NETWORK_OWNER),
    'allowed_address_pairs': Field(nullable(array(_PAIR)), default=list, write=NETWORK_OWNER),
    'extra_dhcp_opts': Field(nullable(array(_OPTION)), default=list, convert=_options),
    'dns_name': Field(text(63), default=''),
    'dns_domain': Field(text(), default=''),
    'dns_assignment': read_only(),
    'binding:host_id': admin_only(nullable(text()), default='', column='host', convert=lambda value: value or ''),
    'binding:profile': admin_only(nullable({'type': 'object'}), default=dict, column='profile'),
    'binding:vnic_type': Field(one_of('normal'), default='normal', column='vnic_type'),
    'binding:vif_type': read_only(column='vif_type', read=ADMIN),
    'binding:vif_details': read_only(column='vif_details', read=ADMIN),
})


def _by_fixed_ip(table, values):
    """fixed_ips=ip_address=A, =subnet_id=S or =ip_address_substr=T; several of a kind are alternatives."""
    wanted = {}
    for value in values:
        word, _, text_ = value.partition('=')
        wanted.setdefault(word, []).append(text_)
    fixed, clauses = models.addresses, []
    for word, words in wanted.items():
        if word == 'ip_address':
            clauses.append(fixed.c.ip_address.in_([_canonical(text_) for text_ in words]))
        elif word == 'subnet_id':
            clauses.append(fixed.c.subnet_id.in_(words))
        elif word == 'ip_address_substr':
            clauses.append(sa.or_(*(fixed.c.ip_address.contains(text_, autoescape=True) for text_ in words)))
        else:
            raise errors.invalid("'%s' is not something that fixed_ips can be filtered by" % word)
    return table.c.id.in_(sa.select(fixed.c.port_id).where(*clauses))


def _canonical(word):
    try:
        return canonical_ip(word)
    except ValueError:
        return word


def _by_group(table, values):
    groups = models.port_groups
    return table.c.id.in_(sa.select(groups.c.port_id).where(groups.c.security_group_id.in_(values)))


class Ports(Collection):
    resource, rows = RESOURCE, ports
    filters = {'fixed_ips': _by_fixed_ip, 'security_groups': _by_group}

    @operation('get_ports', policy=ANYONE)
    def get_all(self, req):
        return self.answer_list(req)

    @operation('get_port', policy=ANYONE, item=ports.get)
    def get_one(self, req, port):
        return self.answer_one(req, port)

    @operation('create_port', policy=MEMBER + ' or role:service', body=RESOURCE.create_schema, status=201)
    def post(self, req, body):
        return self.answer_create(req, body)

    @operation('update_port', policy=MEMBER + ' or role:service', item=ports.get, body=RESOURCE.update_schema)
    def put(self, req, port, body):
        return self.answer_update(req, port, body)

    @operation('delete_port', policy=MEMBER + ' or role:service or project_id:%(target.network_project_id)s',
               item=ports.get, status=204, target=lambda self, req, port: self.target(req.context, port))
    def delete(self, req, port):
        return self.answer_delete(req, port)

    def target(self, context, values):
        target = super().target(context, values)
        with self.db.read() as conn:
            network = networks.bare(conn, context.elevated(), values['network_id'])
            network = networks.complete(conn, [network], context)[0]
        return {**target, 'target.network_project_id': network['project_id'],
                'target.network_shared': network['shared'],
                'target.network_device': values.get('device_owner', '').startswith('network:')}

    def create(self, conn, context, values):
        network = networks.bare(conn, context, values['network_id'])
        fixed_ips, groups = values.pop('fixed_ips', None), values.pop('security_groups', ())
        secured = values.setdefault('port_security_enabled', network['port_security_enabled'])
        values['allowed_address_pairs'] = _pairs(values, self.options)
        values['profile'] = values['profile'] or {}
        groups = self._groups(conn, context, groups, secured)
        _check_security(values, groups)
        row = ports.create(conn, values, self.options, fixed_ips, groups)
        self._pairs_with_mac(conn, row)
        self.sync(conn, [*self._hosts(conn, row), *placement.wake_dhcp(conn, row['network_id'])])
        return row

    def _groups(self, conn, context, asked, secured):
        """Ids to put the port in; None for the project's default."""
        if asked == () or asked is None:
            return None if asked == () and secured else []
        if asked:
            security_groups.check_usable(conn, context, asked)
        return asked

    @staticmethod
    def _pairs_with_mac(conn, row):
        """A pair without a MAC means the port's own."""
        pairs = [{**pair, 'mac_address': (pair.get('mac_address') or row['mac_address']).lower()}
                 for pair in row['allowed_address_pairs']]
        if pairs != row['allowed_address_pairs']:
            row['allowed_address_pairs'] = pairs
            conn.execute(models.ports.update().where(models.ports.c.id == row['id'])
                         .values(allowed_address_pairs=pairs))

    def save(self, conn, context, row, changes):
        _check_owner(row, changes)
        if 'security_groups' in changes:
            changes['security_groups'] = changes['security_groups'] or []
            security_groups.check_usable(conn, context, [
                group for group in changes['security_groups'] if group not in row['security_groups']])
        if 'allowed_address_pairs' in changes:
            changes['allowed_address_pairs'] = _pairs({**row, **changes}, self.options)
        if 'extra_dhcp_opts' in changes:
            changes['extra_dhcp_opts'] = _merged_options(row['extra_dhcp_opts'], changes['extra_dhcp_opts'] or [])
        if 'profile' in changes:
            changes['profile'] = changes['profile'] or {}
        after = {**row, **changes}
        _check_security(after, after['security_groups'])
        before = self._hosts(conn, row)
        row = ports.save(conn, row, changes)
        self._pairs_with_mac(conn, row)
        self.sync(conn, [*before, *self._hosts(conn, row)])
        self._tell_compute(conn, row, changes)
        return row

    def remove(self, conn, context, row):
        _refuse_router_port(conn, row)
        hosts = self._hosts(conn, row)
        ports.delete(conn, row)
        self.sync(conn, [*hosts, *placement.rest_dhcp(conn, [row['network_id']])])
        self._tell_compute(conn, row, ('fixed_ips',))

    def _hosts(self, conn, row):
        """Hosts that must know when this port changes; of a port that is nowhere, its floating IPs' routers."""
        if not row['host']:
            return floatingips.hosts_of_ports(conn, [row['id']])
        return [row['host'], *ports.hosts_of_networks(conn, [row['network_id']]),
                *ports.hosts_of_groups(conn, row['security_groups'])]

    def _tell_compute(self, conn, row, changes):
        if row['device_owner'].startswith('compute:') and row['device_id'] and {'fixed_ips', 'mac_address',
                                                                                'name'} & set(changes):
            self.tell_compute(conn, [row['device_id']])

    def present(self, rows, req):
        domain = self.options.dns_domain
        for row in rows:
            row['vif_type'] = 'bridge' if row['host'] else 'unbound'
            row['vif_details'] = {'port_filter': True, 'bound_drivers': {'0': 'praline'}} if row['host'] else {}
            row['dns_assignment'] = [_dns(row['dns_name'], entry['ip_address'], domain) for entry in row['fixed_ips']]
        return rows


def _dns(name, address, domain):
    name = name or 'host-' + address.replace('.', '-').replace(':', '-')
    return {'ip_address': address, 'hostname': name, 'fqdn': '%s.%s' % (name, domain)}


def _pairs(values, options):
    pairs = values['allowed_address_pairs']
    if len(pairs) > options.max_allowed_address_pair:
        raise errors.refuse('AllowedAddressPairExhausted', 'Maximum number of allowed address pairs %d exceeded.'
                            % options.max_allowed_address_pair)
    seen = set()
    for pair in pairs:
        key = (pair['ip_address'], (pair.get('mac_address') or '').lower())
        if key in seen:
            raise errors.refuse('DuplicateAddressPairInRequest', 'Request contains duplicate address pair: '
                                'mac_address %s ip_address %s.' % (pair.get('mac_address'), pair['ip_address']))
        if ipaddress.ip_network(pair['ip_address'], strict=False).prefixlen == 0:
            raise errors.invalid("'%s' admits every address" % pair['ip_address'])
        seen.add(key)
    return pairs


def _check_security(values, groups):
    if values['port_security_enabled']:
        return
    if groups:
        raise errors.conflict('PortSecurityAndIPRequiredForSecurityGroups', 'Port security must be enabled and port '
                              'must have an IP address in order to use security groups.')
    if values['allowed_address_pairs']:
        raise errors.conflict('AddressPairAndPortSecurityRequired', 'Port Security must be enabled in order to have '
                                                                    'allowed address pairs on a port.')


def _merged_options(old, new):
    """Options given replace those of the same name and version; a null value takes one away."""
    merged = {(option['opt_name'], option['ip_version']): option for option in old}
    merged.update({(option['opt_name'], option['ip_version']): option for option in new})
    return [option for option in merged.values() if option['opt_value'] is not None]


def _check_owner(row, changes):
    """A router's port keeps its owner: only the router lets it go."""
    if row['device_owner'] in addresses.ROUTER_PORTS:
        for name in ('device_owner', 'device_id'):
            if name in changes and changes[name] != row[name]:
                raise _router_owns(row, 'it is owned by a router')


def _router_owns(row, why):
    return errors.conflict('ServicePortInUse', 'Port %s cannot be deleted directly via the port API: %s.'
                           % (row['id'], why))


def _refuse_router_port(conn, row):
    """Ports that a router or a floating IP stands on go with it, not alone."""
    if row['device_owner'] in addresses.ROUTER_PORTS:
        if conn.execute(sa.select(routers.TABLE.c.id).where(routers.TABLE.c.id == row['device_id'])).first():
            raise _router_owns(row, 'has device owner %s' % row['device_owner'])
    if row['device_owner'] == ports.FLOATING:
        table = floatingips.TABLE
        if conn.execute(sa.select(table.c.id).where(table.c.floating_port_id == row['id'])).first():
            raise _router_owns(row, 'has device owner %s' % row['device_owner'])
