# SPDX-License-Identifier: Apache-2.0
"""POST /v3/ec2tokens and /v3/s3tokens: services that speak EC2 or S3 ask whose signed request they hold."""
from praline_common.api.rest import operation
from praline_identity.api.resource import Resource
from praline_identity.tokens import keyed
from praline_identity.tokens import signatures

_GIVEN = {'type': 'object', 'properties': {
    'access': {'type': 'string'}, 'signature': {'type': 'string'}, 'host': {'type': 'string'},
    'verb': {'type': 'string'}, 'path': {'type': 'string'}, 'token': {'type': 'string'},
    'params': {'type': 'object'}, 'headers': {'type': 'object'}, 'body_hash': {'type': ['string', 'null']}}}
_WORDS = ('credentials', 'credential', 'ec2Credentials')
BODY = {'type': 'object', 'minProperties': 1, 'properties': {word: _GIVEN for word in _WORDS}}
_SERVICE = 'role:admin or role:service'


def _given(body):
    return next((body[word] for word in _WORDS if body.get(word)), {})


class Ec2Tokens(Resource):

    @operation('identity:ec2tokens_validate', _SERVICE, body=BODY)
    def post(self, req, body):
        return self.issued(req, *keyed.login(self.room, _given(body), signatures.ec2))


class S3Tokens(Resource):

    @operation('identity:s3tokens_validate', _SERVICE, body=BODY)
    def post(self, req, body):
        return self.issued(req, *keyed.login(self.room, _given(body), signatures.s3))
