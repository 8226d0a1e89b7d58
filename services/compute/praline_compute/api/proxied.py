# SPDX-License-Identifier: Apache-2.0
"""What old versions of this API answer in the name of the image, network and volume services.

Each of them is asked through its own API over RPC, in the name of the user, so that its rules hold.
"""
from praline_common import errors

LAST = '2.35'
_KINDS = {400: errors.BadRequest, 401: errors.Unauthorized, 403: errors.Forbidden, 404: errors.NotFound,
          409: errors.Conflict, 413: errors.Forbidden, 503: errors.Unavailable}


def ask(contract, req, verb, path, body=None, **more):
    """The body of the neighbour's answer; its refusal becomes this request's, in this service's envelope."""
    status, answer = contract.api(req.context, verb, path, body=body, **more)
    if status < 400:
        return answer
    kind = _KINDS.get(status, errors.Error if status >= 500 else errors.BadRequest)
    raise kind(_message(answer) or 'The %s service refused: %d' % (contract.topic, status))


def of_project(controller, req, *_args):
    """The policy's target of a proxied operation: the asker's own project."""
    return {'project_id': req.context.project_id, 'user_id': req.context.user_id}


def _message(answer):
    """The sentence in any service's envelope."""
    if not isinstance(answer, dict):
        return None
    if 'message' in answer:
        return answer['message']
    return next((inner['message'] for inner in answer.values()
                 if isinstance(inner, dict) and 'message' in inner), None)
