# SPDX-License-Identifier: Apache-2.0
"""The two trees at 169.254.169.254, openstack/ and the older ec2 one, as one nested dict of a server."""
from praline_compute.drivers import metadata
from praline_compute.drivers.metadata import OPENSTACK_VERSIONS
from praline_compute.flows import guests

EC2_VERSIONS = ('1.0', '2007-01-19', '2007-03-01', '2007-08-29', '2007-10-10', '2007-12-15', '2008-02-01',
                '2008-09-01', '2009-04-04', 'latest')
PASSWORD_BYTES = 1020
_TYPES = {'user_data': 'application/octet-stream', 'password': 'text/plain; charset=utf-8'}


class Missing(Exception):
    """There is nothing at this path."""


def answer(server, disks, domain, path):
    """(content type, bytes) of what this server reads at the path.  Missing.

    server: a row; disks: GuestDisks of its volumes; domain: what follows its hostname.
    """
    words = [word for word in path.split('/') if word]
    guest = guests.guest(server, disks, domain=domain)
    if words[:1] == ['openstack']:
        return _openstack(server, guest, words[1:])
    return _ec2(server, guest, words)


def keep(server, path, data):
    """(status, text) of what a server posts: its password, which is to be kept at 200, or why it is not."""
    words = [word for word in path.split('/') if word]
    if len(words) != 3 or words[0] != 'openstack' or words[1] not in OPENSTACK_VERSIONS or words[2] != 'password':
        return 405, 'Only openstack/VERSION/password takes data.\n'
    if server['guest_password']:
        return 409, 'The server has a password; clear it first.\n'
    if len(data) > PASSWORD_BYTES:
        return 400, 'A password has no more than %d bytes.\n' % PASSWORD_BYTES
    try:
        return 200, data.decode()
    except UnicodeDecodeError:
        return 400, 'A password is text.\n'


def _openstack(server, guest, words):
    if not words:
        return _text('\n'.join(OPENSTACK_VERSIONS))
    if words[0] not in OPENSTACK_VERSIONS:
        raise Missing()
    found = metadata.documents(guest, words[0])
    if words[0] >= metadata.PASSWORD_SINCE:
        found['password'] = (server['guest_password'] or '').encode()
    if len(words) == 1:
        return _text('\n'.join(found))
    if len(words) > 2 or words[1] not in found:
        raise Missing()
    return _TYPES.get(words[1], 'application/json'), found[words[1]]


def _ec2(server, guest, words):
    if not words:
        return _text('\n'.join(EC2_VERSIONS))
    if words[0] not in EC2_VERSIONS:
        raise Missing()
    data = metadata.user_data(guest)
    if len(words) == 1:
        return _text('meta-data/\nuser-data' if data is not None else 'meta-data/')
    if words[1] == 'user-data' and len(words) == 2 and data is not None:
        return 'application/octet-stream', data
    if words[1] != 'meta-data':
        raise Missing()
    node = _ec2_tree(server, guest)
    for word in words[2:]:
        if not isinstance(node, dict) or word not in node:
            raise Missing()
        node = node[word]
    return _text(_listing(node) if isinstance(node, dict) else str(node))


def _ec2_tree(server, guest):
    found = metadata.ec2_meta_data(guest)
    shown = server['network_info']['addresses']
    floating = [item['addr'] for items in shown.values() for item in items if item['OS-EXT-IPS:type'] == 'floating']
    fixed = [item['addr'] for items in shown.values() for item in items
             if item['OS-EXT-IPS:type'] == 'fixed' and item['version'] == 4]
    found.update({
        'ami-manifest-path': '', 'instance-action': 'none', 'reservation-id': server['reservation_id'] or '',
        'local-ipv4': fixed[0] if fixed else '', 'public-ipv4': floating[0] if floating else '',
        'public-hostname': guest.hostname,
        'security-groups': '\n'.join(group['name'] for group in server['network_info']['security_groups']),
        'block-device-mapping': {'ami': (server['root_device_name'] or 'vda').removeprefix('/dev/'),
                                 'root': server['root_device_name'] or '/dev/vda'}})
    return found


def _listing(node):
    """The keys below, one a line; those that go on end in a slash, public keys show their names."""
    return '\n'.join(value['_name'] if isinstance(value, dict) and '_name' in value
                     else key + '/' if isinstance(value, dict) else key
                     for key, value in sorted(node.items()) if key != '_name')


def _text(text):
    return 'text/plain; charset=utf-8', text.encode()
