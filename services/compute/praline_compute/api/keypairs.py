# SPDX-License-Identifier: Apache-2.0
"""Key pairs: /os-keypairs, each user's own; an admin may name another user from 2.10 on."""
from praline_common import policy
from praline_common.api import paging
from praline_common.api.rest import Controller, Since, operation
from praline_common.db.query import Page
from praline_compute import keys
from praline_compute.api import types
from praline_compute.api.links import Links
from praline_compute.db import keypairs, quotas

_PLAIN_NAME = {**types.NAME, 'allOf': [{'pattern': r'^[_\- a-zA-Z0-9]+$'}]}
_WIDER_NAME = {**types.NAME, 'allOf': [{'pattern': r'^[_\-@. a-zA-Z0-9]+$'}]}
_PAIR = types.closed(('name',), name=_PLAIN_NAME, public_key=types.TEXT)
_TYPED = types.merged(_PAIR, type={'enum': ['ssh', 'x509']})
_OWNED = types.merged(_TYPED, user_id=types.TEXT)
_CREATE = Since(v2_1=types.wrapped('keypair', _PAIR), v2_2=types.wrapped('keypair', _TYPED),
                v2_10=types.wrapped('keypair', _OWNED),
                v2_92=types.wrapped('keypair', types.merged(_OWNED, ('public_key',), name=_WIDER_NAME)))
_ONE = Since(v2_1=types.query(), v2_10=types.query(user_id=types.TEXT),
             v2_75=types.query(open_=False, user_id=types.TEXT))
_PAGED = dict(user_id=types.TEXT, limit=types.LIMIT, marker=types.TEXT)
_MANY = Since(v2_1=types.query(), v2_10=types.query(user_id=types.TEXT), v2_35=types.query(**_PAGED),
              v2_75=types.query(open_=False, **_PAGED))


def _user(req):
    return (req.version >= (2, 10) and req.GET.get('user_id')) or req.context.user_id


def _of_user(controller, req, *args):
    return {'user_id': _user(req)}


def _of_body(controller, req, body):
    return {'user_id': body['keypair'].get('user_id') or req.context.user_id}


class Keypairs(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.links = Links(self.conf)

    @operation('os_compute_api:os-keypairs:index', policy=policy.OWNER, target=_of_user, query=_MANY)
    def get_all(self, req):
        """The user's key pairs by name; in pages from 2.35 on."""
        page = Page(sort=[('name', 'asc')])
        if req.version >= (2, 35):
            page.limit = paging.read(req, max_limit=self.conf.list_limit).limit
            page.marker = req.GET.get('marker')
        with self.db.read() as conn:
            found = keypairs.list(conn, _user(req), page)
        answer = {'keypairs': [{'keypair': _brief(req, row)} for row in found]}
        following = self.links.next(req, 'os-keypairs', found, page.limit, 'name')
        if following:
            answer['keypairs_links'] = following
        return answer

    @operation('os_compute_api:os-keypairs:show', policy=policy.OWNER, target=_of_user, query=_ONE)
    def get_one(self, req, name):
        with self.db.read() as conn:
            row = keypairs.get(conn, _user(req), name)
        return {'keypair': {**_brief(req, row), 'user_id': row['user_id'], 'id': row['id'],
                            'created_at': row['created_at'], 'updated_at': None, 'deleted': False,
                            'deleted_at': None}}

    @operation('os_compute_api:os-keypairs:create', policy=policy.OWNER, target=_of_body, body=_CREATE,
               status=Since(v2_1=200, v2_2=201))
    def post(self, req, body):
        """Import a public key, or (below 2.92) make a pair; its private half is in this answer only."""
        asked = body['keypair']
        user_id = _of_body(self, req, body)['user_id']
        kind, private = asked.get('type', 'ssh'), None
        public = asked.get('public_key')
        if public is None:
            private, public = keys.generate(kind, user_id)
        mark = keys.fingerprint(kind, public)
        with self.db.write() as conn:
            limit = quotas.limits(conn, self.runtime.options, req.context.project_id, user_id)['key_pairs']
            row = keypairs.create(conn, user_id, asked['name'], kind, public, mark, limit)
        shown = {**_brief(req, row), 'user_id': user_id}
        if private:
            shown['private_key'] = private
        return {'keypair': shown}

    @operation('os_compute_api:os-keypairs:delete', policy=policy.OWNER, target=_of_user, query=_ONE,
               status=Since(v2_1=202, v2_2=204))
    def delete(self, req, name):
        """Servers keep the key that they were booted with."""
        with self.db.write() as conn:
            keypairs.delete(conn, _user(req), name)


def _brief(req, row):
    shown = {'name': row['name'], 'public_key': row['public_key'], 'fingerprint': row['fingerprint']}
    if req.version >= (2, 2):
        shown['type'] = row['type']
    return shown
