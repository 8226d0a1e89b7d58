# SPDX-License-Identifier: Apache-2.0
"""Every error in the envelope of the service that answers it."""
import orjson

_COMPUTE_NAMES = {400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'itemNotFound',
                  405: 'badMethod', 406: 'notAcceptable', 409: 'conflictingRequest', 413: 'overLimit',
                  415: 'badMediaType', 429: 'overLimit', 501: 'notImplemented', 503: 'serviceUnavailable'}


def identity(error, req):
    message = error.message
    if 'oauth2' in error.details:
        # RFC 6749 says how these look.
        return {'error': error.details['oauth2'], 'error_description': message}
    if 'policy' in error.details:
        message = 'You are not authorized to perform the requested action: %s.' % error.details['policy']
    return {'error': {'code': error.status, 'title': error.title, 'message': message}}


def compute(error, req):
    name = _COMPUTE_NAMES.get(error.status, 'computeFault')
    body = {'code': error.status, 'message': error.message}
    if error.status == 413:
        body['retryAfter'] = '0'
    return {name: body}


volume = compute


def network(error, req):
    kind = error.details.get('kind') or type(error).__name__
    return {'NeutronError': {'type': kind, 'message': error.message, 'detail': ''}}


def image(error, req):
    # glanceclient and openstacksdk read `message` out of every object in the body; other values break them.
    return {'error': {'code': error.status, 'title': error.title, 'message': error.message}}


def placement(error, req):
    body = {'status': error.status, 'title': error.title, 'detail': error.message,
            'request_id': req.environ.get('openstack.request_id', '')}
    if not req.version or req.version >= (1, 23):
        body['code'] = error.details.get('code', 'placement.undefined_code')
    if error.status == 406 and 'max_version' in error.details:
        body['max_version'] = error.details['max_version']
        body['min_version'] = error.details['min_version']
    return {'errors': [body]}


def render(envelope, error, req):
    """(content type, body bytes) of this error."""
    return 'application/json', orjson.dumps(envelope(error, req), default=str)
