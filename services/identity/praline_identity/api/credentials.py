# SPDX-License-Identifier: Apache-2.0
"""/v3/credentials: secrets kept for users, and /v3/users/{id}/credentials/OS-EC2."""
import json

from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.db import credentials
from praline_identity.db import rows
from praline_identity.db.models import credentials as table
from praline_identity.sealing import Sealer

_BLOB = {'type': ['string', 'object']}
_PROPERTIES = {'user_id': {'type': 'string'}, 'project_id': {'type': ['string', 'null']},
               'type': {'type': 'string'}, 'blob': _BLOB}
_COLUMNS = (*_PROPERTIES, 'sealed_blob')
_CREATE = parts.wrapped('credential', _PROPERTIES, ['blob', 'type', 'user_id'])
CREATE = {**_CREATE, 'properties': {'credential': {
    **_CREATE['properties']['credential'],
    'if': {'properties': {'type': {'const': 'ec2'}}},
    'then': {'required': ['blob', 'type', 'user_id', 'project_id']}}}}
UPDATE = parts.wrapped('credential', _PROPERTIES, least=1)
_OWNER = 'user_id:%(target.credential.user_id)s'
_READ = rules.ADMIN_OR_SYSTEM_READER + ' or ' + _OWNER
_WRITE = rules.ADMIN + ' or ' + _OWNER
_FIXED = ('trust_id', 'app_cred_id', 'access_token_id', 'access_id')


def _load(conn, context, credential_id):
    return credentials.get(conn, credential_id)


def _target(controller, req, credential, *rest):
    return {'target.credential.user_id': credential['user_id']}


def _new_target(controller, req, body):
    return {'target.credential.user_id': body['credential']['user_id']}


def _own(controller, req):
    return {} if req.context.system_scope else {'target.credential.user_id': req.context.user_id}


class Credentials(Resource):

    plural, singular = 'credentials', 'credential'

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    def view(self, row):
        return {**row['extra'], 'id': row['id'], 'user_id': row['user_id'], 'project_id': row['project_id'],
                'type': row['type'], 'blob': self.sealer.open(row['sealed_blob'])}

    @operation('identity:list_credentials', _READ, target=_own)
    def get_all(self, req):
        page = self.page(req, ('id',))
        with self.db.read() as conn:
            found = credentials.list(conn, self.asked(req))
        may = [row for row in found if delegation.in_reach(req, row['project_id']) and self.policy.allows(
            req.context, 'identity:get_credential', _target(self, req, row))]
        rest = [row for row in may if page.marker is None or row['id'] > page.marker]
        return self.many(req, rest[:page.limit], page)

    @operation('identity:create_credential', _WRITE, target=_new_target, body=CREATE, status=201)
    def post(self, req, body):
        given = dict(body['credential'])
        delegation.require_reach(req, given.get('project_id'))
        credential_id, blob = rows.new_id(), given.pop('blob')
        if given['type'].lower() == 'ec2':
            delegation.refuse_restricted(req, 'credentials')
            blob = {**_opened(blob), **_lent(req)}
            credential_id = credentials.ec2_id(blob['access'])
        given['sealed_blob'] = self.sealer.seal(blob if isinstance(blob, str) else json.dumps(blob))
        with self.db.write() as conn:
            credentials.create(conn, {'id': credential_id, **rows.split(table, given, _COLUMNS)})
            return self.one(credentials.get(conn, credential_id))

    @operation('identity:get_credential', _READ, item=_load, target=_target)
    def get_one(self, req, credential):
        delegation.require_reach(req, credential['project_id'])
        return self.one(credential)

    @operation('identity:update_credential', _WRITE, item=_load, target=_target, body=UPDATE)
    def patch(self, req, credential, body):
        changes = dict(body['credential'])
        same_id(changes, credential)
        for project_id in (credential['project_id'], changes.get('project_id', credential['project_id'])):
            delegation.require_reach(req, project_id)
        self.policy.require(req.context, 'identity:update_credential', _target(self, req, {**credential, **changes}))
        self._keeps_scope(credential, changes)
        changes.pop('sealed_blob', None)
        if 'blob' in changes:
            blob = changes.pop('blob')
            changes['sealed_blob'] = self.sealer.seal(blob if isinstance(blob, str) else json.dumps(blob))
        with self.db.write() as conn:
            credentials.save(conn, credential['id'], rows.merge(credential, changes, table, _COLUMNS))
            return self.one(credentials.get(conn, credential['id']))

    @operation('identity:delete_credential', _WRITE, item=_load, target=_target, status=204)
    def delete(self, req, credential):
        delegation.require_reach(req, credential['project_id'])
        with self.db.write() as conn:
            credentials.delete(conn, credential['id'])

    def _keeps_scope(self, credential, changes):
        """What an EC2 credential was lent by may not be changed, lest the loan widen."""
        if credential['type'].lower() != 'ec2' or 'blob' not in changes:
            return
        old, new = json.loads(self.sealer.open(credential['sealed_blob'])), _opened(changes['blob'])
        for name in _FIXED:
            if old.get(name) != new.get(name):
                raise errors.BadRequest('%s can not be updated for credential' % name)


def _opened(blob):
    """An EC2 credential's blob as a dict with `access`."""
    try:
        opened = json.loads(blob) if isinstance(blob, str) else blob
    except ValueError:
        raise errors.BadRequest('Invalid blob in credential') from None
    if not isinstance(opened, dict) or not isinstance(opened.get('access'), str):
        raise errors.BadRequest('Expecting to find access in the blob of the credential.')
    return opened


def _lent(req):
    lent = {}
    if delegation.trust_id(req):
        lent['trust_id'] = delegation.trust_id(req)
    if delegation.application_credential(req):
        lent['app_cred_id'] = delegation.application_credential(req)['id']
    if delegation.access_token_id(req):
        lent['access_token_id'] = delegation.access_token_id(req)
    return lent
