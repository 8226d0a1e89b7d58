# SPDX-License-Identifier: Apache-2.0
"""What a guest reads at 169.254.169.254."""
import base64
import json


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
