# SPDX-License-Identifier: Apache-2.0
"""/v3/OS-OAUTH1/consumers"""
import secrets

from praline_common.api.rest import operation
from praline_identity import errors
from praline_identity.api import parts
from praline_identity.api import rules
from praline_identity.api.domains import same_id
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import consumers
from praline_identity.db import rows
from praline_identity.db.models import consumers as table
from praline_identity.sealing import Sealer

_PROPERTIES = {'description': parts.TEXT}
CREATE = parts.wrapped('consumer', _PROPERTIES)
UPDATE = parts.wrapped('consumer', _PROPERTIES, least=1)


def _load(conn, context, consumer_id):
    return consumers.get(conn, consumer_id)


class Consumers(Resource):

    plural, singular = 'OS-OAUTH1/consumers', 'consumer'

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    def view(self, row):
        return {**row['extra'], 'id': row['id'], 'description': row['description']}

    @operation('identity:list_consumers', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req):
        with self.db.read() as conn:
            return self.listed(req, 'consumers', [self.linked(row) for row in consumers.list(conn)])

    @operation('identity:create_consumer', rules.ADMIN, body=CREATE, status=201)
    def post(self, req, body):
        secret, given = secrets.token_hex(16), dict(body['consumer'])
        given.pop('secret', None)
        values = {'id': rows.new_id(), 'description': None, 'sealed_secret': self.sealer.seal(secret),
                  **rows.split(table, given, _PROPERTIES)}
        with self.db.write() as conn:
            consumers.create(conn, values)
        answer = self.one(values)
        answer['consumer']['secret'] = secret
        return answer

    @operation('identity:get_consumer', rules.ADMIN_OR_SYSTEM_READER, item=_load, target=no_target)
    def get_one(self, req, consumer):
        return self.one(consumer)

    @operation('identity:update_consumer', rules.ADMIN, item=_load, target=no_target, body=UPDATE)
    def patch(self, req, consumer, body):
        same_id(body['consumer'], consumer)
        if 'secret' in body['consumer']:
            raise errors.BadRequest('Consumer secret is not updatable.')
        with self.db.write() as conn:
            consumers.save(conn, consumer['id'], rows.merge(consumer, body['consumer'], table, _PROPERTIES))
            return self.one(consumers.get(conn, consumer['id']))

    @operation('identity:delete_consumer', rules.ADMIN, item=_load, target=no_target, status=204)
    def delete(self, req, consumer):
        with self.db.write() as conn:
            consumers.delete(conn, consumer['id'])
