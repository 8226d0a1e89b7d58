# SPDX-License-Identifier: Apache-2.0
"""How much is used: of a provider, and by a project."""
from praline_common import policy
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler.api.answers import fresh
from praline_scheduler.db import consumers, inventories, providers

_ID = {'type': 'string', 'minLength': 1, 'maxLength': 255}
_QUERY = {'type': 'object', 'properties': {'project_id': _ID, 'user_id': _ID}, 'required': ['project_id'],
          'additionalProperties': False}
_TYPED = {**_QUERY, 'properties': {**_QUERY['properties'],
                                   'consumer_type': {**_ID, 'pattern': '^[A-Z0-9_]+$|^all$|^unknown$'}}}
OF_PROJECT = 'role:admin or role:service or (role:reader and project_id:%(project_id)s)'
TYPES = (1, 38)


class ProviderUsages(Controller):

    @operation('placement:resource_providers:usages', policy=policy.SERVICE)
    def get_all(self, req, provider_id):
        with self.db.read() as conn:
            row = providers.get(conn, provider_id)
            found = inventories.list_of(conn, provider_id)
        return fresh(req, {'resource_provider_generation': row['generation'],
                           'usages': {name: item['used'] for name, item in found.items()}})


class Usages(Controller):

    @operation('placement:usages', policy=OF_PROJECT, since='1.9', query=Since(v1_9=_QUERY, v1_38=_TYPED),
               target=lambda self, req: {'project_id': req.GET.get('project_id')})
    def get_all(self, req):
        query = req.GET
        wanted = (query['project_id'], query.get('user_id'), query.get('consumer_type'))
        with self.db.read() as conn:
            rows = consumers.usages(conn, *wanted)
            counts = consumers.count_by_type(conn, *wanted) if req.version >= TYPES else {}
        if req.version < TYPES:
            return fresh(req, {'usages': _sums(rows)})
        if query.get('consumer_type') == 'all':
            return fresh(req, {'usages': {'all': {**_sums(rows), 'consumer_count': sum(counts.values())}}
                               if rows else {}})
        usages = {kind or 'unknown': {'consumer_count': count} for kind, count in counts.items()}
        for row in rows:
            usages[row['consumer_type'] or 'unknown'][row['resource_class']] = int(row['used'])
        return fresh(req, {'usages': usages})


def _sums(rows):
    sums = {}
    for row in rows:
        sums[row['resource_class']] = sums.get(row['resource_class'], 0) + int(row['used'])
    return sums
