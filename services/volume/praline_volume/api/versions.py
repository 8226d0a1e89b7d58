# SPDX-License-Identifier: Apache-2.0
"""The version documents: all versions at the root, the third below it."""
from praline_common.api import rest
from praline_common.api.microversion import show
from praline_common.policy import ANYONE
from praline_volume.api import history


class Versions(rest.Controller):
    """`/`: which versions there are."""

    @rest.operation('volume:versions', policy=ANYONE, public=True, status=300)
    def get_all(self, req):
        return {'versions': [view(req)]}


class Version(rest.Controller):
    """`/v3`."""

    @rest.operation('volume:version', policy=ANYONE, public=True)
    def get_all(self, req):
        return {'versions': [view(req)]}


def view(req):
    return {'id': 'v3.0', 'status': 'CURRENT', 'version': show(history.HISTORY.last),
            'min_version': show(history.HISTORY.first), 'updated': history.UPDATED,
            'links': [{'rel': 'describedby', 'type': 'text/html', 'href': 'https://docs.openstack.org/'},
                      {'rel': 'self', 'href': f'{req.application_url}/v3/'}],
            'media-types': [{'base': 'application/json',
                             'type': 'application/vnd.openstack.volume+json;version=3'}]}
