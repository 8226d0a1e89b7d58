# SPDX-License-Identifier: Apache-2.0
"""GET /v3/OS-REVOKE/events: which tokens are no longer good, for those who check offline."""
from praline_common.api.rest import operation
from praline_identity import clock
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import revocations

_NAMES = {'user': 'user_id', 'project': 'project_id', 'domain': 'domain_id', 'audit': 'audit_id',
          'chain': 'audit_chain_id', 'trust': 'OS-TRUST:trust_id'}


class RevocationEvents(Resource):

    @operation('identity:list_revoke_events', rules.ADMIN_OR_SERVICE)
    def get_all(self, req):
        since = req.GET.get('since')
        try:
            since = clock.read(since) if since else None
        except ValueError:
            raise errors.BadRequest('invalid date format %s' % since) from None
        with self.db.read() as conn:
            found = revocations.list(conn, since)
        return self.listed(req, 'events', [_view(row) for row in found])


def _view(row):
    kind, _, value = row['key'].partition(':')
    return {_NAMES[kind]: value, 'issued_before': clock.show(row['issued_before'])}
