# SPDX-License-Identifier: Apache-2.0
"""Whose an attachment is.  While a server has the volume in it, only compute lets go of it: the disk would stay."""
from praline_common import errors


def require_free(runtime, req, attachment):
    """Conflict when the attachment's server has the volume, unless a service asks on behalf of somebody."""
    if not attachment['server_id'] or _speaks_for_a_service(req):
        return
    held = runtime.contracts.compute.attachment_of(req.context, attachment['server_id'], attachment['volume_id'])
    if held == attachment['id']:
        raise errors.Conflict('Detach volume from instance %s using the Compute API' % attachment['server_id'])


def _speaks_for_a_service(req):
    """Only the token filter writes these headers, after it has checked the service's own token."""
    return (req.headers.get('X-Service-Identity-Status') == 'Confirmed'
            and 'service' in req.headers.get('X-Service-Roles', '').split(','))
