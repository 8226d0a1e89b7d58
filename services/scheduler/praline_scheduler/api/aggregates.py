# SPDX-License-Identifier: Apache-2.0
"""The aggregates that a provider belongs to."""
from praline_common import policy
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler.api.answers import fresh
from praline_scheduler.api.names import ID
from praline_scheduler.api.traits import CHANGED
from praline_scheduler.db import providers, revisions, shapes

_IDS = {'type': 'array', 'items': ID, 'uniqueItems': True}
_QUOTED = {'type': 'object', 'required': ['aggregates', 'resource_provider_generation'], 'additionalProperties': False,
           'properties': {'aggregates': _IDS, 'resource_provider_generation': {'type': 'integer'}}}
GENERATION = (1, 19)


class Aggregates(Controller):

    @operation('placement:resource_providers:aggregates:list', policy=policy.SERVICE, since='1.1')
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            return _answer(req, shapes.aggregates_of(conn, provider_id), row['generation'])

    @operation('placement:resource_providers:aggregates:update', policy=policy.SERVICE, since='1.1',
               body=Since(v1_1=_IDS, v1_19=_QUOTED))
    def put_all(self, req, provider_id, body):
        quoted = req.version >= GENERATION
        wanted = body['aggregates'] if quoted else body
        with self.db.write() as conn:
            revisions.advance(conn)
            row = providers.get(conn, provider_id)
            if quoted:
                providers.check_generation(row, body['resource_provider_generation'], CHANGED)
            shapes.set_aggregates(conn, provider_id, wanted)
            providers.touch_shape(conn, provider_id, generation=quoted)
        return _answer(req, wanted, row['generation'] + 1)


def _answer(req, aggregates, generation):
    body = {'aggregates': aggregates}
    if req.version >= GENERATION:
        body['resource_provider_generation'] = generation
    return fresh(req, body)
