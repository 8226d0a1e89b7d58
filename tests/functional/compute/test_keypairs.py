# SPDX-License-Identifier: Apache-2.0
"""Key pairs."""
import pytest

PUBLIC = ('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone')


def test_make_show_delete(compute):
    made = compute.post('/v2.1/os-keypairs', {'keypair': {'name': 'mine'}}, expect=200)['keypair']
    assert made['private_key'].startswith('-----BEGIN RSA PRIVATE KEY-----') and 'type' not in made
    shown = compute.get('/v2.1/os-keypairs/mine', expect=200)['keypair']
    assert 'private_key' not in shown and shown['fingerprint'] == made['fingerprint']
    compute.delete('/v2.1/os-keypairs/mine', expect=202)
    compute.get('/v2.1/os-keypairs/mine', expect=404)


def test_import(compute):
    body = {'keypair': {'name': 'mine', 'public_key': PUBLIC}}
    made = compute.at('2.2').post('/v2.1/os-keypairs', body, expect=201)['keypair']
    assert (made['type'], 'private_key' in made) == ('ssh', False)
    compute.post('/v2.1/os-keypairs', body, expect=409)
    listed = compute.get('/v2.1/os-keypairs', expect=200)['keypairs']
    assert [item['keypair']['name'] for item in listed] == ['mine']


@pytest.mark.parametrize('fields', [{'name': ''}, {'name': 'a/b'}, {'name': 'x', 'public_key': 'nonsense'}, {},
                                    {'name': 'x', 'colour': 'red'}])
def test_refuses_bad_input(compute, fields):
    compute.post('/v2.1/os-keypairs', {'keypair': fields}, expect=400)


def test_certificates(compute):
    made = compute.at('2.2').post('/v2.1/os-keypairs', {'keypair': {'name': 'c', 'type': 'x509'}}, expect=201)
    assert made['keypair']['public_key'].startswith('-----BEGIN CERTIFICATE-----')


def test_of_another_user(compute, admin, cloud):
    body = {'keypair': {'name': 'mine', 'public_key': PUBLIC, 'user_id': 'u1'}}
    admin.at('2.10').post('/v2.1/os-keypairs', body, expect=201)
    assert compute.get('/v2.1/os-keypairs/mine', expect=200)
    stranger = cloud.client('compute', user='u2', headers={'OpenStack-API-Version': 'compute 2.10'})
    assert stranger.get('/v2.1/os-keypairs?user_id=u1').status_int == 403
    assert admin.at('2.10').get('/v2.1/os-keypairs?user_id=u1', expect=200)['keypairs']


def test_none_is_made_from_2_92_on(compute):
    compute.at('2.92').post('/v2.1/os-keypairs', {'keypair': {'name': 'x'}}, expect=400)
    compute.at('2.92').post('/v2.1/os-keypairs', {'keypair': {'name': 'x@y.z', 'public_key': PUBLIC}}, expect=201)


def test_limit(compute, admin):
    admin.put('/v2.1/os-quota-sets/p1', {'quota_set': {'key_pairs': 1}}, expect=200)
    compute.post('/v2.1/os-keypairs', {'keypair': {'name': 'a', 'public_key': PUBLIC}}, expect=200)
    compute.post('/v2.1/os-keypairs', {'keypair': {'name': 'b', 'public_key': PUBLIC}}, expect=403)


def test_pages_from_2_35(compute):
    for name in 'abc':
        compute.post('/v2.1/os-keypairs', {'keypair': {'name': name, 'public_key': PUBLIC}}, expect=200)
    page = compute.at('2.35').get('/v2.1/os-keypairs?limit=2', expect=200)
    assert len(page['keypairs']) == 2 and 'marker=b' in page['keypairs_links'][0]['href']
    assert len(compute.get('/v2.1/os-keypairs?limit=2', expect=200)['keypairs']) == 3
