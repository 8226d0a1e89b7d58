# SPDX-License-Identifier: Apache-2.0
"""The version documents: public, so that a client can find its way before it has a token."""
from praline_common import policy
from praline_common.api.microversion import show
from praline_common.api.rest import Controller, operation
from praline_compute.api.history import HISTORY

_UPDATED = '2013-07-23T11:33:21Z'


class Versions(Controller):
    """GET /: every version."""

    @operation('os_compute_api:versions:index', policy=policy.ANYONE, public=True)
    def get_all(self, req):
        return {'versions': [_summary(self.conf, 'v2.0'), _summary(self.conf, 'v2.1')]}


class Version21(Controller):
    """GET /v2.1: this version."""

    @operation('os_compute_api:versions:show', policy=policy.ANYONE, public=True)
    def get_all(self, req):
        return {'version': _document(self.conf, 'v2.1')}


class Version20(Controller):
    """GET /v2: the name that old clients know it by."""

    @operation('os_compute_api:versions:show_v2', policy=policy.ANYONE, public=True)
    def get_all(self, req):
        return {'version': _document(self.conf, 'v2.0')}


def _summary(conf, name):
    current = name == 'v2.1'
    path = 'v2.1' if current else 'v2'
    return {'id': name, 'status': 'CURRENT' if current else 'DEPRECATED', 'updated': _UPDATED,
            'version': show(HISTORY.last) if current else '', 'min_version': show(HISTORY.first) if current else '',
            'links': [{'rel': 'self', 'href': '%s/compute/%s/' % (conf.base_url.rstrip('/'), path)}]}


def _document(conf, name):
    found = _summary(conf, name)
    found['links'].append({'rel': 'describedby', 'type': 'text/html', 'href': 'http://docs.openstack.org/'})
    found['media-types'] = [{'base': 'application/json',
                             'type': 'application/vnd.openstack.compute+json;version=%s'
                                     % ('2.1' if name == 'v2.1' else '2')}]
    return found
