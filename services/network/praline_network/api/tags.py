# SPDX-License-Identifier: Apache-2.0
"""Tags: words that users put on any resource."""
from praline_common.api.rest import Controller, Reply, operation
from praline_common.policy import ANYONE, MEMBER
from praline_network import errors
from praline_network.api.attributes import array, text
from praline_network.db import floatingips
from praline_network.db import networks
from praline_network.db import ports
from praline_network.db import resources
from praline_network.db import routers
from praline_network.db import security_groups
from praline_network.db import subnetpools
from praline_network.db import subnets

TAGGED = {'networks': networks, 'subnets': subnets, 'ports': ports, 'subnetpools': subnetpools, 'routers': routers,
          'floatingips': floatingips, 'security-groups': security_groups}
_LONGEST = 255
_TAG = text(_LONGEST, minLength=1)
_TAGS = {'type': 'object', 'properties': {'tags': array(_TAG)}, 'required': ['tags'], 'additionalProperties': False}


def of(rows):
    """The tags controller of a resource's db module."""

    class Tags(Controller):

        @operation('get_tags', policy=ANYONE, item=rows.get)
        def get_all(self, req, row):
            return {'tags': row['tags']}

        @operation('replace_tags', policy=MEMBER, item=rows.get, body=_TAGS)
        def put_all(self, req, row, body):
            return {'tags': self.change(req, row, lambda tags: body['tags'])}

        @operation('delete_tags', policy=MEMBER, item=rows.get, status=204)
        def delete_all(self, req, row):
            self.change(req, row, lambda tags: [])

        @operation('get_tag', policy=ANYONE)
        def get_one(self, req, item_id, tag):
            _check(tag)
            with self.db.read() as conn:
                _require(rows.get(conn, req.context, item_id)['tags'], tag)
            return Reply(status=204)

        @operation('create_tag', policy=MEMBER)
        def put(self, req, item_id, tag):
            _check(tag)
            self.policy.require(req.context, 'create_tag', self.owner(req, item_id))
            self.change(req, {'id': item_id}, lambda tags: [*tags, tag])
            return Reply(status=201)

        @operation('delete_tag', policy=MEMBER)
        def delete(self, req, item_id, tag):
            _check(tag)
            self.policy.require(req.context, 'delete_tag', self.owner(req, item_id))
            self.change(req, {'id': item_id}, lambda tags: [word for word in _require(tags, tag) if word != tag])
            return Reply(status=204)

        def owner(self, req, item_id):
            with self.db.read() as conn:
                return {'project_id': rows.get(conn, req.context, item_id)['project_id']}

        def change(self, req, row, words):
            """Replace the tags by words(tags); the new ones."""
            with self.db.write() as conn:
                now = rows.get(conn, req.context, row['id'])
                tags = sorted(set(words(now['tags'])))
                resources.update(conn, rows.TABLE, now, {'tags': tags})
            return tags

    return Tags


def _check(tag):
    """A tag in a path has the form of one in a list."""
    if len(tag) > _LONGEST:
        raise errors.invalid("tag: '%s' exceeds maximum length of %d" % (tag, _LONGEST))
    if '\0' in tag:
        raise errors.invalid('tag holds a NUL character')


def _require(tags, tag):
    if tag not in tags:
        raise errors.missing('tag', tag)
    return tags
