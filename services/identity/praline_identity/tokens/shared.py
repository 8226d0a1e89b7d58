# SPDX-License-Identifier: Apache-2.0
"""What checked tokens say, shared by the processes of one cloud through memcached.

Who can read memcached finds no token there, only a keyed hash of each; who can write it cannot make one up or put
one in another's place, because every entry is signed together with its name by a key of this cloud.  The name
carries identity's revision, so that an entry is found only as long as nothing has changed since it was made.
"""
import hmac
import os
import struct
import time

import orjson

from praline_common.memcached import Memcached
from praline_identity.tokens import keys

# An entry is not believed for longer: a database put back to an old state has old revisions again.
_LONGEST = 300
_HEAD = struct.Struct('>Q')
_TAG = 32


class Shared:
    """get(token, number) and put(...); without memcached_servers both do nothing."""

    def __init__(self, runtime):
        servers = runtime.conf.tokens.memcached_servers
        self._memcached = Memcached(servers) if servers else None
        self._repository = keys.Repository(os.path.join(runtime.conf.state, 'keys', 'cache'))

    def get(self, token, number):
        """The body of a token that was checked at this revision, or None."""
        if self._memcached is None:
            return None
        key = self._repository.keys()[0]
        name = _name(key, token, number)
        data = self._memcached.get(name)
        if data is None or len(data) <= _TAG + _HEAD.size:
            return None
        if not hmac.compare_digest(data[:_TAG], _tag(key, name, data[_TAG:])):
            return None
        kept_at, = _HEAD.unpack_from(data, _TAG)
        return orjson.loads(data[_TAG + _HEAD.size:]) if 0 <= time.time() - kept_at < _LONGEST else None

    def put(self, token, number, body):
        if self._memcached is None:
            return
        key = self._repository.keys()[0]
        name, data = _name(key, token, number), _HEAD.pack(int(time.time())) + orjson.dumps(body)
        self._memcached.put(name, _tag(key, name, data) + data, _LONGEST)


def _name(key, token, number):
    return 'praline-' + hmac.new(key, b'name %d %s' % (number, token.encode('utf-8', 'surrogateescape')),
                                 'sha256').hexdigest()


def _tag(key, name, data):
    return hmac.digest(key, b'body %s %s' % (name.encode(), data), 'sha256')
