# SPDX-License-Identifier: Apache-2.0
"""/v3/users/{id}/credentials/OS-EC2: access and secret keys made for a user in a project."""
import json
import uuid

from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import delegation
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import credentials
from praline_identity.db import projects
from praline_identity.db import users
from praline_identity.sealing import Sealer

_CREATE = {'type': 'object', 'required': ['tenant_id'], 'properties': {'tenant_id': {'type': 'string'}}}
_OWNER = 'user_id:%(target.credential.user_id)s'
_READ = rules.not_of_domains(rules.ADMIN_OR_SYSTEM_READER + ' or ' + _OWNER)
_WRITE = rules.not_of_domains(rules.ADMIN + ' or (role:member and %s)' % _OWNER)


def _load(conn, context, user_id, access):
    """The credential of this access key; whose it is says its row, which the policy is asked about, not the path."""
    found = credentials.get(conn, credentials.ec2_id(access))
    if found['type'] != 'ec2':
        raise errors.NotFound('Could not find credential: %s.' % access)
    return found


def _target(controller, req, user_id, credential):
    return {'target.credential.user_id': credential['user_id']}


def _path_user(controller, req, user_id, *rest):
    return {'target.credential.user_id': user_id, 'target.user.id': user_id}


class Ec2Credentials(Resource):

    policy_before_missing = False

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    def view(self, row):
        blob = json.loads(self.sealer.open(row['sealed_blob']))
        return {'user_id': row['user_id'], 'tenant_id': row['project_id'], 'access': blob['access'],
                'secret': blob['secret'], 'trust_id': blob.get('trust_id'),
                'links': {'self': self.url('users', row['user_id'], 'credentials', 'OS-EC2', blob['access'])}}

    @operation('identity:ec2_list_credentials', rules.ADMIN_OR_SYSTEM_READER_OR_OWNER, target=_path_user)
    def get_all(self, req, user_id):
        with self.db.read() as conn:
            users.get(conn, user_id)
            found = credentials.of_user(conn, user_id, 'ec2')
        shown = [self.view(row) for row in found if delegation.in_reach(req, row['project_id'])]
        return self.listed(req, 'credentials', shown)

    @operation('identity:ec2_create_credential', _WRITE, target=_path_user, body=_CREATE, status=201)
    def post(self, req, user_id, body):
        delegation.refuse_restricted(req, 'credentials')
        project_id = body['tenant_id']
        delegation.require_reach(req, project_id)
        blob = {'access': uuid.uuid4().hex, 'secret': uuid.uuid4().hex, 'trust_id': delegation.trust_id(req)}
        if delegation.access_token_id(req):
            blob['access_token_id'] = delegation.access_token_id(req)
        credential_id = credentials.ec2_id(blob['access'])
        with self.db.write() as conn:
            users.get(conn, user_id)
            projects.get(conn, project_id)
            credentials.create(conn, {'id': credential_id, 'user_id': user_id, 'project_id': project_id,
                                      'type': 'ec2', 'sealed_blob': self.sealer.seal(json.dumps(blob)), 'extra': {}})
            return {'credential': self.view(credentials.get(conn, credential_id))}

    @operation('identity:ec2_get_credential', _READ, item=_load, target=_target)
    def get_one(self, req, user_id, credential):
        delegation.require_reach(req, credential['project_id'])
        return {'credential': self.view(credential)}

    @operation('identity:ec2_delete_credential', _WRITE, item=_load, target=_target, status=204)
    def delete(self, req, user_id, credential):
        delegation.require_reach(req, credential['project_id'])
        with self.db.write() as conn:
            credentials.delete(conn, credential['id'])
