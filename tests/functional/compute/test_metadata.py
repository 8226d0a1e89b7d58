# SPDX-License-Identifier: Apache-2.0
"""What a guest reads at 169.254.169.254."""
import base64
import json

import pytest

from praline_compute.db import servers
from praline_compute.drivers.libvirt import config_drive
from praline_compute.flows import guests


def test_openstack_tree(cloud, compute, boot):
    compute.post('/v2.1/os-keypairs', {'keypair': {'name': 'mine'}}, expect=200)
    server = boot(key_name='mine', metadata={'role': 'web'}, user_data=base64.b64encode(b'#!/bin/sh\n').decode())
    assert '2018-08-27' in read(cloud, server, '/openstack').splitlines()
    assert 'user_data' in read(cloud, server, '/openstack/latest/').splitlines()
    document = json.loads(read(cloud, server, '/openstack/latest/meta_data.json'))
    assert (document['uuid'], document['meta'], list(document['public_keys'])) == (
        server['id'], {'role': 'web'}, ['mine'])
    assert document['hostname'] == 'one.novalocal'
    assert read(cloud, server, '/openstack/latest/user_data') == '#!/bin/sh\n'
    network = json.loads(read(cloud, server, '/openstack/latest/network_data.json'))
    assert network['links'][0]['ethernet_mac_address'] == server['addresses']['private'][0]['OS-EXT-IPS-MAC:mac_addr']


def test_ec2_tree(cloud, compute, boot):
    compute.post('/v2.1/os-keypairs', {'keypair': {'name': 'mine'}}, expect=200)
    server = boot(key_name='mine')
    assert 'latest' in read(cloud, server, '/').splitlines()
    assert read(cloud, server, '/latest/meta-data/local-ipv4') == server['addresses']['private'][0]['addr']
    assert 'placement/' in read(cloud, server, '/2009-04-04/meta-data/').splitlines()
    assert read(cloud, server, '/latest/meta-data/public-keys/') == '0=mine'
    assert read(cloud, server, '/latest/meta-data/public-keys/0/openssh-key').startswith('ssh-rsa ')


def test_what_is_not_there(cloud, boot):
    server = boot()
    for path in ('/openstack/latest/user_data', '/latest/user-data', '/nonsense', '/latest/meta-data/nope'):
        assert cloud.runtime('compute').contracts.compute.metadata(None, server['id'], path)['status'] == 404


def test_the_config_drive_says_what_the_service_says(cloud, boot):
    server = boot(user_data=base64.b64encode(b'#!/bin/sh\n').decode(), metadata={'role': 'web'})
    with cloud.runtime('compute').db.read() as conn:
        row = servers.find(conn, server['id'])
    drive = config_drive.contents(guests.guest(row, [], domain='novalocal'))
    for version in read(cloud, server, '/openstack').splitlines():
        names = read(cloud, server, '/openstack/%s/' % version).splitlines()
        assert {name for name in names if name != 'password'} == {
            path.rpartition('/')[2] for path in drive if path.startswith('openstack/%s/' % version)}
        for name in set(names) - {'password'}:
            there, here = drive['openstack/%s/%s' % (version, name)], read(cloud, server, '/openstack/%s/%s' % (version, name))
            assert without_seed(name, there.decode()) == without_seed(name, here)
    assert json.loads(read(cloud, server, '/openstack/latest/vendor_data2.json')) == {'static': {}}


def without_seed(name, text):
    if name.endswith('.json'):
        document = json.loads(text)
        document.pop('random_seed', None)
        return document
    return text


@pytest.mark.parametrize('version, name, status', [
    ('2013-04-04', 'vendor_data.json', 404), ('2013-10-17', 'vendor_data.json', 200),
    ('2013-10-17', 'network_data.json', 404), ('2015-10-15', 'network_data.json', 200),
    ('2016-06-30', 'vendor_data2.json', 404), ('2016-10-06', 'vendor_data2.json', 200),
    ('2012-08-10', 'password', 404), ('2013-04-04', 'password', 200)])
def test_documents_came_with_their_version(cloud, boot, version, name, status):
    path = '/openstack/%s/%s' % (version, name)
    answer = cloud.runtime('compute').contracts.compute.metadata(None, boot()['id'], path)
    assert answer['status'] == status


def test_a_password_is_kept_once_and_can_be_cleared(cloud, compute, boot):
    server = boot()
    path = '/v2.1/servers/%s/os-server-password' % server['id']
    assert post(cloud, server, '/openstack/2013-10-17/password', b'a' * 1021) == 400
    assert post(cloud, server, '/openstack/2013-10-17/password', b'\xff') == 400
    assert post(cloud, server, '/openstack/latest/meta_data.json', b'x') == 405
    assert post(cloud, server, '/openstack/2013-10-17/password', b'sealed') == 200
    assert compute.get(path, expect=200) == {'password': 'sealed'}
    assert read(cloud, server, '/openstack/latest/password') == 'sealed'
    assert post(cloud, server, '/openstack/latest/password', b'another') == 409
    compute.delete(path, expect=204)
    assert post(cloud, server, '/openstack/latest/password', b'another') == 200


def post(cloud, server, path, data):
    answer = cloud.runtime('compute').contracts.compute.keep_metadata(
        None, server['id'], path, base64.b64encode(data).decode())
    return answer['status']


def read(cloud, server, path):
    answer = cloud.runtime('compute').contracts.compute.metadata(None, server['id'], path)
    assert answer['status'] == 200, path
    return base64.b64decode(answer['data']).decode()
