# SPDX-License-Identifier: Apache-2.0
"""No answer depends on a short cut: everything that can be read, both ways, for rows drawn by hypothesis.

PRALINE_ANSWERS=50 draws so many sets of rows a service and part; the suite draws the same each time.
"""
import contextlib
import itertools
import os
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
import pytest

from praline_common import errors, rpc
from praline_common.api.microversion import show
from praline_common.testing.cloud import TestCloud
from praline_identity import bootstrap

from . import services
from .asking import Asker, entries, identity
from .rows import write

NUMBER = int(os.environ.get('PRALINE_ANSWERS', 4))
PARTS = 2
_drawn = settings(max_examples=NUMBER, derandomize='PRALINE_ANSWERS' not in os.environ, database=None, deadline=None,
                  suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


@pytest.fixture(scope='module', params=services.ALL, ids=lambda service: service.name)
def room(request, tmp_path_factory):
    service = request.param
    with _alone({'identity'} - {service.name}), TestCloud(tmp_path_factory.mktemp(service.name), [service.name], options=service.options,
                   workers=False) as cloud:
        yield Room(cloud, service)


@contextlib.contextmanager
def _alone(neighbours):
    """Nobody waits for who is not there."""
    def call(client, ctx, method, /, *, server=None, timeout=None, **args):
        if server is not None or client.topic not in neighbours:
            raise errors.Unavailable('%s is not there' % client.topic)
        return ask(client, ctx, method, timeout=timeout, **args)
    ask = rpc.Client.call
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rpc.Client, 'call', call)
        yield


class Room:
    """A service whose tables hold what was drawn last."""

    def __init__(self, cloud, service):
        self.cloud, self.service, self.rows = cloud, service, {}
        self.runtime = cloud.runtime(service.name)
        cloud.app(service.name)
        self.app = self._inner(cloud.app(service.name))
        history = self.app.history
        self.header = history and history.service_type
        self.versions = [show((history.first[0], minor)) for minor in range(history.first[1], history.last[1] + 1)] \
            if history else [None]

    @staticmethod
    def _inner(app):
        while not hasattr(app, 'routes'):
            app = getattr(app, 'app', None) or app._next
        return app

    def fill(self, rows):
        with self.runtime.db.write() as conn:
            self.rows = write(conn, self.service.tables, rows)
            if self.service.settle:
                self.service.settle(self.cloud, conn)
        if self.service.name == 'identity':
            bootstrap.bootstrap(self.runtime, 'secret', {})

    def in_order(self, found, table, column, direction):
        """Whether these ids are sorted by what was written into this column; NULL is the least."""
        known = {str(row[self.service.ids.get(table, 'id')]): row.get(column) for row in self.rows[table]}
        values = [(known[one] is not None and known[one] not in ('', 0, False), known[one] or None)
                  for one in found if one in known]
        pairs = zip(values, values[1:]) if direction == 'asc' else zip(values[1:], values)
        return all(before <= after if before[0] and after[0] else before[0] <= after[0] for before, after in pairs)

    def agrees(self, asker, path, key, entry, version, items):
        """What its own path shows has the same values, as far as it has the same fields."""
        own = '%s/%s' % (path.removesuffix('/detail'), identity(entry))
        if own not in items:
            return
        shown = asker.json(own, version)
        shown = next((inner for inner in shown.values() if isinstance(inner, dict) and len(shown) == 1), shown)
        for field in entry.keys() & shown.keys():
            assert entry[field] == shown[field], 'GET %s and %s at %s: %s' % (path, own, version, field)

    def askers(self):
        if self.service.name == 'identity':
            return [Asker(self.app, self.cloud.client('identity', token=self._login()))]
        return [Asker(self.app, make(self.service.name, project='p1'), self.header, self.service.clocks)
                for make in (self.cloud.admin, self.cloud.client)]

    def _login(self):
        scope = {'project': {'name': 'admin', 'domain': {'id': 'default'}}}
        user = {'name': 'admin', 'domain': {'id': 'default'}, 'password': 'secret'}
        answer = self.cloud.client('identity', token='').post('/v3/auth/tokens', {'auth': {
            'scope': scope, 'identity': {'methods': ['password'], 'password': {'user': user}}}})
        assert answer.status_int == 201, answer.text
        return answer.headers['X-Subject-Token']


@pytest.mark.parametrize('part', range(PARTS))
def test_everything_that_can_be_read_is_the_same_both_ways_at_every_version(room, part):
    """Each version is asked about one set of rows, and what is read most about all of them."""
    turns = itertools.count(-1)

    @_drawn
    @example({})
    @given(room.service.rows())
    def ask(rows):
        room.fill(rows)
        turn = next(turns)
        some = room.versions[part + PARTS * turn::PARTS * NUMBER] if turn >= 0 else room.versions[-1:]
        for asker in room.askers():
            for lists, items in asker.paths(room.versions[-1]):
                for path in lists + items:
                    often = path in room.service.orders and part == 0
                    for version in room.versions if often else some:
                        asker.both(path, version, times=2 if often else 1)
    ask()


def test_an_entry_of_a_list_is_what_its_own_path_shows(room):
    @_drawn
    @given(room.service.rows(), st.sampled_from(room.versions))
    def ask(rows, version):
        room.fill(rows)
        for asker in room.askers():
            for lists, items in asker.paths(version):
                for path in lists:
                    for key, entry in entries(asker.json(path, version)):
                        room.agrees(asker, path, key, entry, version, items)
    ask()


def test_lists_are_in_the_order_asked_for_and_their_pages_join(room):
    longest = dict.fromkeys(room.service.orders, 0)

    @_drawn
    @example({})
    @given(room.service.rows())
    def ask(rows):
        room.fill(rows)
        asker, version = room.askers()[0], room.versions[-1]
        for path, (name, table, keys) in room.service.orders.items():
            for key, column in keys.items():
                for direction in ('asc', 'desc'):
                    asked = '%s?sort_key=%s&sort_dir=%s' % (path, key, direction)
                    found = ids(asker.both(asked, version), name)
                    assert room.in_order(found, table, column, direction), (asked, found)
                    assert pages(asker, asked, version, name) == found, asked
                    longest[path] = max(longest[path], len(found))
    ask()
    assert not [path for path, most in longest.items() if most < 2], 'nothing was put in order'


def test_filters_find_the_same_both_ways(room):
    @_drawn
    @given(room.service.rows(), st.sampled_from(room.versions))
    def ask(rows, version):
        room.fill(rows)
        for asker in room.askers():
            for path in [path for lists, _ in asker.paths(version) for path in lists]:
                for _, entry in list(entries(asker.json(path, version)))[:1]:
                    for field, value in entry.items():
                        if isinstance(value, (str, int)):
                            asker.both('%s?%s=%s' % (path, quote(field), quote(str(value))), version)
    ask()


def ids(answer, name):
    assert answer.status_int == 200, answer.text
    return [identity(entry) for key, entry in entries(answer.json) if key == name]


def pages(asker, asked, version, name):
    """The ids of all pages of two."""
    found, page = [], None
    while page is None or len(page) == 2:
        page = ids(asker.both(asked + '&limit=2' + ('&marker=' + found[-1] if found else ''), version), name)
        found += page
    return found

