# SPDX-License-Identifier: Apache-2.0
"""The versions of the image API: 2.16 is the cache's, 2.17 the locations'; neither is served."""
from praline_common import policy
from praline_common.api.rest import Controller, operation

CURRENT = '2.15'
SUPPORTED = ('2.13', '2.12', '2.11', '2.10', '2.9', '2.8', '2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0')


def document(req):
    links = [{'rel': 'self', 'href': req.application_url + '/v2/'}]
    return {'versions': [{'id': 'v' + version, 'status': 'CURRENT' if version == CURRENT else 'SUPPORTED',
                          'links': links} for version in (CURRENT, *SUPPORTED)]}


class Choices(Controller):
    """GET / answers 300: there is a choice to make."""

    @operation('image:versions', policy=policy.ANYONE, public=True, status=300)
    def get_all(self, req):
        return document(req)


class Versions(Controller):

    @operation('image:versions', policy=policy.ANYONE, public=True)
    def get_all(self, req):
        return document(req)
