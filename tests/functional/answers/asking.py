# SPDX-License-Identifier: Apache-2.0
"""Asks a service everything that can be read, the quick way and the plain one."""
import email.utils
import re
import time

from praline_common import shortcuts

# What no two answers have alike; a newest change that is now is the clock's.
_REQUEST = re.compile(rb'req-[0-9a-f-]{36}')
_OWN = ('x-openstack-request-id', 'x-compute-request-id')


class Asker:
    """What one client gets.  paths(): every path that can be read now, found by walking the routes."""

    def __init__(self, app, client, header=None, clocks=()):
        self._app, self._client, self._header, self._clocks = app, client, header, clocks
        self.asked = 0

    def get(self, path, version=None):
        """(status, headers, body bytes) the quick way."""
        headers = {'OpenStack-API-Version': '%s %s' % (self._header, version)} if version else {}
        answer = self._client.get(path, headers=headers)
        self.asked += 1
        told = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in _OWN}
        modified = email.utils.parsedate_to_datetime(told['last-modified']) if 'last-modified' in told else None
        if modified and modified.timestamp() > time.time() - 3600:
            told['last-modified'] = 'now'
        body = _REQUEST.sub(b'', answer.body)
        return answer.status_int, told, body, answer

    def both(self, path, version=None, times=1):
        """The answer, after it was the same both ways; times: how often the quick one is asked for, later ones kept."""
        with shortcuts.avoid():
            plain = self.get(path, version)
        for _ in range(times):
            quick = self.get(path, version)
            assert quick[:3] == plain[:3], 'GET %s at %s\n quick: %s\n plain: %s' % (path, version, quick[:3], plain[:3])
        assert plain[0] < 500 or plain[0] in (501, 503), 'GET %s at %s: %s' % (path, version, plain[2])
        return plain[3]

    def json(self, path, version=None):
        """The body of a list or an item; {} where there is none to be had."""
        answer = self.get(path, version)[3]
        return answer.json if answer.status_int == 200 and answer.content_type == 'application/json' else {}

    def paths(self, version):
        """[(path of a collection, [its views], [its items])] of everything that the routes lead to now."""
        known, found = {}, []
        for template, controller in sorted(self._app.routes.controllers, key=lambda one: one[0].count('{')):
            if template in self._clocks or template.startswith('/praline/'):
                continue
            for path in self._filled(template, known):
                found.append(self._readable(path, controller, known, version))
        return found

    def _filled(self, template, known):
        paths, before = [''], None
        for part in template.strip('/').split('/'):
            some = known.get(before, ['x'])[:2] if part.startswith('{') else [part]
            paths = [path + '/' + one for path in paths for one in some]
            before = part
        return paths

    def _readable(self, path, controller, known, version):
        views = ['%s/%s' % (path, word) for word, prefix in controller.views.items() if controller[prefix + '_get']]
        lists = [path] if controller['get_all'] else []
        word = path.rpartition('/')[2]
        ids = [some for one in lists + views for some in self._ids(one, version)]
        known.setdefault(word, []).extend(some for some in ids if some not in known.get(word, ()))
        items = ['%s/%s' % (path, some) for some in dict.fromkeys([*ids[:3], 'x'])] if controller['get_one'] else []
        return lists + views, items

    def _ids(self, path, version):
        return [some for _, entry in entries(self.json(path, version)) if (some := identity(entry))]


def entries(body):
    """(key, entry) of every list of objects in a list's body; an envelope of its own around an entry is taken off."""
    for key, value in body.items() if isinstance(body, dict) else ():
        for entry in value if isinstance(value, list) else ():
            if isinstance(entry, dict):
                inner = list(entry.values())
                yield key, inner[0] if len(entry) == 1 and isinstance(inner[0], dict) else entry


def identity(entry):
    for name in ('id', 'uuid', 'name', 'namespace'):
        if isinstance(entry.get(name), (str, int)) and str(entry[name]).replace('-', '').isalnum():
            return str(entry[name])
    return None
