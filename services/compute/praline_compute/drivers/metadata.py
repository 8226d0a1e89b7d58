# SPDX-License-Identifier: Apache-2.0
"""What a guest may read about itself, made from its Guest, for config drive and metadata service."""
import base64
import ipaddress
import json
import secrets

# As the field has dated its documents; 'latest' sorts behind every date.
OPENSTACK_VERSIONS = ('2012-08-10', '2013-04-04', '2013-10-17', '2015-10-15', '2016-06-30', '2016-10-06', '2017-02-22',
                      '2018-08-27', '2020-10-14', '2025-04-04', 'latest')
# The version in which a document, or a field of meta_data.json, came; others were there from the first.
PASSWORD_SINCE = '2013-04-04'
_DOCUMENTS = {'vendor_data.json': '2013-10-17', 'network_data.json': '2015-10-15', 'vendor_data2.json': '2016-10-06'}
_FIELDS = {'random_seed': '2013-04-04', 'project_id': '2015-10-15', 'devices': '2016-06-30',
           'dedicated_cpus': '2020-10-14'}


def documents(guest, version):
    """{name: bytes} of openstack/VERSION/: the same on the config drive and from the metadata service."""
    about = {name: value for name, value in meta_data(guest).items() if _FIELDS.get(name, '') <= version}
    found = {'meta_data.json': about, 'vendor_data.json': guest.get('vendor_data') or {},
             'network_data.json': network_data(guest), 'vendor_data2.json': {'static': {}}}
    made = {name: json.dumps(value).encode() for name, value in found.items() if _DOCUMENTS.get(name, '') <= version}
    data = user_data(guest)
    return made if data is None else {**made, 'user_data': data}


def meta_data(guest):
    """openstack/latest/meta_data.json."""
    keys = guest.get('keys') or []
    document = {
        'uuid': guest.uuid,
        'name': guest.get('display_name', ''),
        'hostname': guest.get('hostname', ''),
        'availability_zone': guest.get('availability_zone'),
        'launch_index': guest.get('launch_index', 0),
        'project_id': guest.get('project_id'),
        'meta': dict(guest.get('metadata', {})),
        'devices': devices(guest),
        'dedicated_cpus': [],
        'random_seed': base64.b64encode(secrets.token_bytes(512)).decode(),
    }
    if keys:
        document['public_keys'] = {key['name']: key['data'] for key in keys}
        document['keys'] = [{'name': key['name'], 'type': key.get('type', 'ssh'), 'data': key['data']}
                            for key in keys]
    if guest.get('admin_password'):
        document['admin_pass'] = guest.admin_password
    return document


def devices(guest):
    """The tagged ones, so that software in the guest finds them."""
    nics = [{'type': 'nic', 'bus': 'none', 'address': 'none', 'mac': nic.mac, 'tags': [nic.tag]}
            for nic in guest.get('nics', []) if nic.get('tag')]
    disks = [{'type': 'disk', 'bus': 'none', 'address': 'none', 'serial': disk.get('volume_id') or '',
              'tags': [disk.tag]} for disk in guest.get('disks', []) if disk.get('tag')]
    return nics + disks


def network_data(guest):
    """openstack/latest/network_data.json: links, networks and services of all cards."""
    links, networks, services = [], [], []
    for nic in guest.get('nics', []):
        links.append({'id': nic.tap, 'vif_id': nic.port_id, 'type': 'bridge', 'mtu': nic.get('mtu'),
                      'ethernet_mac_address': nic.mac})
        for address in nic.get('addresses') or []:
            networks.append(_network(len(networks), nic, address))
        for service in _services(nic):
            if service not in services:
                services.append(service)
    return {'links': links, 'networks': networks, 'services': services}


def _network(number, nic, address):
    """One entry of `networks`.  How an IPv6 address comes to the guest is the type's ending, as its subnet says it; an
    address that the guest asks for over IPv4, or over a subnet that does not say how, is not repeated here."""
    version = address.get('version') or ipaddress.ip_address(address['address']).version
    network = {'id': f'network{number}', 'link': nic.tap, 'network_id': nic.get('network_id')}
    mode = address.get('mode') if version == 6 else None
    if address.get('dhcp') and not mode:
        return {**network, 'type': f'ipv{version}_dhcp'}
    routes = [_route(version, f'{"0.0.0.0" if version == 4 else "::"}/0', address['gateway'])] \
        if address.get('gateway') else []
    routes += [_route(version, route['destination'], route['nexthop']) for route in nic.get('routes') or []
               if ipaddress.ip_network(route['destination']).version == version]
    return {**network, 'type': f'ipv{version}_{mode}' if mode else f'ipv{version}', 'ip_address': address['address'],
            'routes': routes, 'netmask': _mask(version, address['prefix']), 'services': _services(nic, version)}


def _services(nic, version=None):
    """The resolvers of a card's subnets; with a version, those that are reached over it."""
    return [{'type': 'dns', 'address': server} for server in nic.get('dns') or []
            if version is None or ipaddress.ip_address(server).version == version]


def _route(version, destination, nexthop):
    network, _, prefix = destination.partition('/')
    return {'network': network, 'netmask': _mask(version, int(prefix)), 'gateway': nexthop}


def _mask(version, prefix):
    return str(ipaddress.ip_network((0, prefix)).netmask if version == 4
               else ipaddress.IPv6Network((0, prefix)).netmask)


def ec2_meta_data(guest):
    """ec2/latest/meta-data.json."""
    addresses = [address['address'] for nic in guest.get('nics', []) for address in nic.get('addresses') or []]
    local = next((address for address in addresses if ':' not in address), '')
    document = {
        'ami-id': 'None', 'ami-launch-index': guest.get('launch_index', 0), 'hostname': guest.get('hostname', ''),
        'instance-id': f'i-{int(guest.uuid[:8], 16):08x}', 'instance-type': guest.get('flavor_name') or '',
        'local-hostname': guest.get('hostname', ''), 'local-ipv4': local, 'public-hostname': '', 'public-ipv4': '',
        'placement': {'availability-zone': guest.get('availability_zone') or ''}, 'reservation-id': '',
    }
    for number, key in enumerate(guest.get('keys') or []):
        document.setdefault('public-keys', {})[str(number)] = {'_name': f'{number}={key["name"]}',
                                                               'openssh-key': key['data']}
    return document


def user_data(guest):
    """As bytes, or None."""
    return base64.b64decode(guest.user_data) if guest.get('user_data') else None
