# SPDX-License-Identifier: Apache-2.0
"""/v3/credentials and /v3/users/{id}/credentials/OS-EC2."""
import json

import pytest


@pytest.fixture
def member(identity):
    client = identity.person('mia', 'member')
    client.project, = (row['id'] for row in client.get('/v3/auth/projects').json['projects'])
    return client


def make(client, **changes):
    body = {'user_id': client.user_id, 'type': 'cert', 'blob': 'hush', **changes}
    return client.post('/v3/credentials', {'credential': body})


def test_a_credential_lives_and_dies_and_is_sealed_at_rest(identity, member):
    made = make(member).json['credential']
    path = '/v3/credentials/' + made['id']
    assert made['blob'] == 'hush' and member.get(path).json['credential'] == made
    with identity.runtime.db.read() as conn:
        stored = conn.exec_driver_sql('SELECT * FROM credentials').first()
    assert 'hush' not in str(stored)
    assert member.patch(path, {'credential': {'blob': 'more', 'sealed_blob': 'x'}}).json['credential']['blob'] == 'more'
    assert member.get(path).json['credential']['blob'] == 'more'
    assert member.delete(path).status_int == 204 and identity.admin.get(path).status_int == 404


def test_credentials_are_their_owner_s(identity, member):
    made = make(member).json['credential']
    other = identity.person('oli', 'member')
    path = '/v3/credentials/' + made['id']
    assert other.get('/v3/credentials').json['credentials'] == []
    for answer in (other.get(path), other.delete(path), make(other, user_id=member.user_id), other.get(path + 'x'),
                   member.patch(path, {'credential': {'user_id': other.user_id}})):
        assert answer.status_int == 403
    assert len(identity.admin.get('/v3/credentials?user_id=' + member.user_id).json['credentials']) == 1
    assert identity.admin.get('/v3/credentials?type=ec2').json['credentials'] == []


def test_an_ec2_blob_is_found_by_its_access_key(identity, member):
    blob = json.dumps({'access': 'key', 'secret': 's'})
    assert make(member, type='ec2', blob=blob).status_int == 400
    made = make(member, type='ec2', blob=blob, project_id=member.project).json['credential']
    shown = member.get('/v3/users/%s/credentials/OS-EC2/key' % member.user_id)
    assert shown.json['credential']['secret'] == 's' and len(made['id']) == 64
    assert make(member, type='ec2', blob='nonsense', project_id=member.project).status_int == 400
    widened = json.dumps({'access': 'key', 'secret': 's', 'trust_id': 'x'})
    assert member.patch('/v3/credentials/' + made['id'], {'credential': {'blob': widened}}).status_int == 400


def test_ec2_keys_live_and_die(identity, member):
    path = '/v3/users/%s/credentials/OS-EC2' % member.user_id
    made = member.post(path, {'tenant_id': member.project})
    assert made.status_int == 201
    one = path + '/' + made.json['credential']['access']
    assert member.get(one).json == made.json
    assert member.get(path).json['credentials'] == [made.json['credential']]
    assert identity.person('oli', 'member').get(one).status_int == 403
    assert member.post(path, {}).status_int == 400
    assert identity.admin.post(path, {'tenant_id': 'nothing'}).status_int == 404
    assert member.delete(one).status_int == 204 and member.get(one).status_int == 404
