# SPDX-License-Identifier: Apache-2.0
"""The reshaper: inventories and allocations move between providers in one transaction."""
from praline_common import errors
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler import errors as own
from praline_scheduler.api import allocations
from praline_scheduler.api import inventories as shapes
from praline_scheduler.api.names import UUID
from praline_scheduler.db import holdings, inventories, providers, revisions

_HELD = allocations.many(0)


def _schema(version):
    return {'type': 'object', 'required': ['inventories', 'allocations'], 'additionalProperties': False, 'properties': {
        'inventories': {'type': 'object', 'minProperties': 1, 'additionalProperties': False,
                        'patternProperties': {UUID: shapes.REPLACE}}, 'allocations': _HELD.at(version)}}


BODY = Since(v1_30=_schema((1, 30)), v1_34=_schema((1, 34)), v1_38=_schema((1, 38)))


class Reshaper(Controller):

    @operation('placement:reshaper:reshape', policy='role:service or role:admin', since='1.30', body=BODY, status=204)
    def post(self, req, body):
        wanted = {provider_id: {name: shapes.complete(given) for name, given in item['inventories'].items()}
                  for provider_id, item in body['inventories'].items()}
        held = {consumer_id: allocations.wanted(req, item) for consumer_id, item in body['allocations'].items()}
        with self.db.write() as conn:
            revisions.advance(conn)
            for provider_id, item in body['inventories'].items():
                self._check(conn, req, provider_id, item['resource_provider_generation'], wanted[provider_id])
                _widen(conn, provider_id, wanted[provider_id])
            holdings.replace(conn, held)
            for provider_id, target in wanted.items():
                inventories.replace(conn, provider_id, target)
            providers.touch(conn, wanted)

    @staticmethod
    def _check(conn, req, provider_id, generation, wanted):
        try:
            row = providers.get(conn, provider_id)
        except own.ProviderNotFound as error:
            raise errors.BadRequest('Resource provider %s in inventories not found: %s' % (provider_id, error.message),
                                    code='placement.resource_provider.not_found') from None
        providers.check_generation(row, generation, 'resource provider generation conflict for provider %s: actual: '
                                   '%s, given: %s' % (provider_id, row['generation'], generation))
        shapes.check_classes(conn, provider_id, wanted)
        shapes.check_capacity(req, provider_id, wanted)


def _widen(conn, provider_id, wanted):
    """Have both the old and the new classes while allocations move from the ones to the others."""
    present = inventories.list_of(conn, provider_id)
    for name, inventory in wanted.items():
        if name in present:
            inventories.update(conn, provider_id, name, inventory)
        else:
            inventories.create(conn, provider_id, name, inventory)
