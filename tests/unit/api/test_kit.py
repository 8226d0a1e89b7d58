# SPDX-License-Identifier: Apache-2.0
"""The API kit on a toy service: versions, schemas, items, policy, actions, errors, Pecan's traps."""
import types

import pytest
import sqlalchemy as sa
import webob

from praline_common import errors
from praline_common import policy
from praline_common.api import rest
from praline_common.api.app import Api, App
from praline_common.api.microversion import History
from praline_common.api.rest import Since, action, operation
from praline_common.context import Context
from praline_common.db import engine

METADATA = engine.new_metadata()
KEYS = sa.Table('keys', METADATA, sa.Column('id', sa.String(36), primary_key=True),
                sa.Column('project_id', sa.String(36)))
CREATE = {'type': 'object', 'required': ['key'], 'additionalProperties': False, 'properties': {
    'key': {'type': 'object', 'required': ['id'], 'additionalProperties': False,
            'properties': {'id': {'type': 'string', 'minLength': 1}}}}}
WITH_TYPE = {'type': 'object', 'properties': {'key': {'type': 'object', 'properties': {
    'id': {'type': 'string'}, 'type': {'enum': ['ssh']}}}}}


def load(conn, context, key_id):
    row = engine.one(conn, sa.select(KEYS).where(KEYS.c.id == key_id))
    if row is None:
        raise errors.NotFound('Key %s could not be found.' % key_id)
    return row


class Keys(rest.Controller):
    views = {'detail': 'detail'}
    secret = 'not an operation'

    @operation('keys:list', policy=policy.READER)
    def get_all(self, req):
        with self.db.read() as conn:
            return {'keys': engine.rows(conn, sa.select(KEYS))}

    @operation('keys:list', policy=policy.READER, since='2.5')
    def detail_get(self, req):
        return {'detail': True}

    @operation('keys:show', policy=policy.READER, item=load)
    def get_one(self, req, key):
        return {'key': key}

    @operation('keys:create', policy=policy.MEMBER, body=Since(v2_1=CREATE, v2_2=WITH_TYPE),
               status=Since(v2_1=200, v2_2=201))
    def post(self, req, body):
        with self.db.write() as conn:
            conn.execute(KEYS.insert().values(id=body['key']['id'], project_id=req.context.project_id))
        return body

    @operation('keys:delete', policy=policy.MEMBER, item=load, status=204)
    def delete(self, req, key):
        with self.db.write() as conn:
            conn.execute(KEYS.delete().where(KEYS.c.id == key['id']))


class KeyActions(rest.Actions):
    @action('wind', 'keys:wind', policy=policy.MEMBER, item=load, status=202, body={
        'type': 'object', 'properties': {'wind': {'type': 'null'}}})
    def wind(self, req, key, body):
        return None

    @action('explode', 'keys:explode', policy=policy.ADMIN, item=load, until='2.3')
    def explode(self, req, key):
        raise ZeroDivisionError('boom')


class Versions(rest.Controller):
    @operation('versions', policy=policy.ANYONE, public=True, status=300)
    def get_all(self, req):
        return {'versions': []}


@pytest.fixture
def call(tmp_path):
    db = engine.Database('sqlite:///%s' % (tmp_path / 'toy.sqlite'))
    with db.write() as conn:
        METADATA.create_all(conn)
    runtime = types.SimpleNamespace(name='toy', db=db, policy=policy.Policy(),
                                    conf=types.SimpleNamespace(body_limit=1000, base_url='http://localhost'))
    api = Api((('/', Versions), ('/v2.1/keys', Keys), ('/v2.1/keys/{key_id}/action', KeyActions)),
              history=History('compute', '2.1', '2.9', 'X-OpenStack-Nova-API-Version'), project_in_path='v2.1')
    app = App(runtime, api)

    def ask(method, path, body=None, roles=('member', 'reader'), project='p1', version=None, raw=None):
        request = webob.Request.blank(path, method=method)
        if roles:
            request.environ['praline.context'] = Context(user_id='u1', project_id=project, roles=list(roles),
                                                         is_admin='admin' in roles, overwrite=False)
        if body is not None:
            request.json = body
        if raw is not None:
            request.body = raw
        if version:
            request.headers['OpenStack-API-Version'] = 'compute ' + version
        return request.get_response(app)
    yield ask
    db.close()


def make(call, name='k', **kwargs):
    return call('POST', '/v2.1/keys', {'key': {'id': name}}, **kwargs)


def test_create_show_list_delete(call):
    assert make(call).status_int == 200
    shown = call('GET', '/v2.1/keys/k')
    assert shown.json == {'key': {'id': 'k', 'project_id': 'p1'}}
    assert shown.headers['OpenStack-API-Version'] == 'compute 2.1'
    assert len(call('GET', '/v2.1/keys').json['keys']) == 1
    gone = call('DELETE', '/v2.1/keys/k')
    assert (gone.status_int, gone.body) == (204, b'')
    assert call('GET', '/v2.1/keys/k').json == {'itemNotFound': {'code': 404, 'message': 'Key k could not be found.'}}


def test_values_follow_the_version(call):
    assert make(call, version='2.2').status_int == 201
    assert call('GET', '/v2.1/keys/detail').status_int == 404
    assert call('GET', '/v2.1/keys/detail', version='latest').json == {'detail': True}
    too_new = call('GET', '/v2.1/keys', version='2.10')
    assert too_new.status_int == 406 and 'Minimum is 2.1' in too_new.json['notAcceptable']['message']
    assert call('GET', '/v2.1/keys', version='two').status_int == 400


@pytest.mark.parametrize('first_holds, version', [(False, (2, 2)), (True, (2, 8))])
def test_a_header_that_names_the_service_twice(first_holds, version):
    """A browser joins what a script adds to what it always sends; nova and placement take the last, cinder the first."""
    history = History('compute', '2.1', '2.9', aliases=('nova',), first_holds=first_holds)
    assert history.asked({'HTTP_OPENSTACK_API_VERSION': 'compute 2.8, volume 3.4,nova  2.2 , image 1'}) == version


@pytest.mark.parametrize('body, field', [({}, 'key'), ({'key': {'id': ''}}, 'id'), ({'key': {'id': 3}}, 'id'),
                                         ({'key': {'id': 'a', 'x': 1}}, 'x'), ([1, 2], '')])
def test_bad_body_names_the_field(call, body, field):
    answer = call('POST', '/v2.1/keys', body)
    assert answer.status_int == 400 and field in answer.json['badRequest']['message']


def test_broken_json_and_large_bodies(call):
    assert call('POST', '/v2.1/keys', raw=b'{"key": ').status_int == 400
    assert call('POST', '/v2.1/keys', raw=b'{"key": "%s"}' % (b'x' * 2000)).status_int == 413


def test_tokens_and_policy(call):
    make(call)
    assert call('GET', '/v2.1/keys', roles=()).status_int == 401
    assert call('GET', '/', roles=()).status_int == 300
    assert make(call, 'k2', roles=['reader']).status_int == 403
    assert call('GET', '/v2.1/keys/k', project='p2').status_int == 403
    assert call('GET', '/v2.1/keys/k', project='p2', roles=['admin']).status_int == 200


def test_actions(call):
    make(call)
    assert call('POST', '/v2.1/keys/k/action', {'wind': None}).status_int == 202
    unknown = call('POST', '/v2.1/keys/k/action', {'melt': None})
    assert unknown.status_int == 400 and 'melt' in unknown.json['badRequest']['message']
    assert call('POST', '/v2.1/keys/k/action', {'wind': 1}).status_int == 400
    assert call('POST', '/v2.1/keys/none/action', {'wind': None}).status_int == 404
    assert call('POST', '/v2.1/keys/k/action', {'explode': None}, roles=['admin'], version='2.4').status_int == 404


def test_an_accident_is_a_500_without_its_text(call):
    make(call)
    answer = call('POST', '/v2.1/keys/k/action', {'explode': None}, roles=['admin'])
    assert answer.status_int == 500 and 'boom' not in answer.text


@pytest.mark.parametrize('method, path, status', [
    ('GET', '/v2.1/keys/__class__', 404), ('GET', '/v2.1/keys/secret', 404), ('GET', '/v2.1/nothing', 404),
    ('GET', '/v2.1/keys/k?_method=delete', 200), ('POST', '/v2.1/keys?_method=delete', 400),
    ('PATCH', '/v2.1/keys', 405), ('DELETE', '/v2.1/keys?id=k', 405), ('GET', '/v2.1/keys/my.json', 404),
    ('GET', '/v2.1/p1/keys/k', 200), ('GET', '/v2.1/keys/', 200), ('HEAD', '/v2.1/keys/k', 200)])
def test_pecan_traps_are_closed(call, method, path, status):
    make(call)
    body = {} if method == 'POST' else None
    assert call(method, path, body).status_int == status
    assert call('GET', '/v2.1/keys/k').status_int == 200
