# SPDX-License-Identifier: Apache-2.0
"""/v3/volumes."""
import uuid


def test_create_show_delete(volumes):
    made = volumes.post(name='one', description='first', metadata={'a': 'b'})
    assert made['status'] == 'creating' and made['volume_type'] == '__DEFAULT__'
    shown = volumes.wait(made['id'], 'available')
    assert (shown['name'], shown['size'], shown['metadata'], shown['bootable']) == ('one', 1, {'a': 'b'}, 'false')
    assert volumes.api.delete(f'/v3/volumes/{made["id"]}').status_int == 202
    volumes.gone(made['id'])


def test_wrong_project_sees_nothing(volumes, cloud):
    made = volumes.create()
    other = cloud.client('volume', project='p2')
    for verb in ('get', 'delete'):
        assert getattr(other, verb)(f'/v3/volumes/{made["id"]}').status_int == 404
    assert made['id'] not in [row['id'] for row in other.get('/v3/volumes').json['volumes']]


def test_unknown_volume_is_named(volumes):
    missing = str(uuid.uuid4())
    answer = volumes.api.get(f'/v3/volumes/{missing}')
    assert answer.status_int == 404 and missing in answer.json['itemNotFound']['message']
