# SPDX-License-Identifier: Apache-2.0
"""No exchange of anything for a token widens project, roles or expiry: random histories against a small model."""
import base64
import urllib.parse

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from praline_identity import clock

IMPLIES = {'admin': {'admin', 'manager', 'member', 'reader'}, 'manager': {'manager', 'member', 'reader'},
           'member': {'member', 'reader'}, 'reader': {'reader'}, 'other': {'other'}}
PLACES = ('one', 'two')
places, roles = st.sampled_from(PLACES), st.sampled_from(sorted(IMPLIES))
several = st.sets(roles, min_size=1, max_size=3)
which = st.integers(0, 5)
steps = st.lists(st.one_of(
    st.tuples(st.just('grant'), places, roles), st.tuples(st.just('revoke'), places, roles),
    st.tuples(st.just('password'), st.none() | places), st.tuples(st.just('delegate'), places, several),
    st.tuples(st.just('credential'), several, st.sampled_from([None, 90])),
    st.tuples(st.just('consume'), which), st.tuples(st.just('redeem'), which),
    *[st.tuples(st.sampled_from(['v3', 'v3', 'v2']), which, st.sampled_from([None, '', *PLACES]))] * 6), min_size=6, max_size=16)


def closure(names):
    return set().union(*(IMPLIES[name] for name in names))


class World:
    """One user, what it was granted, and everything that was made for it.

    tokens: [(id, body, bound)]; bound: (place, roles, end) of what was lent, (None, None, end) of a plain token.
    """

    def __init__(self, identity, number):
        self.identity, self.name = identity, 'user%d' % number
        self.user = identity.make('users', 'user', name=self.name, password='pw')['id']
        self.ids = {place: identity.make('projects', 'project', name='%s%d' % (place, number))['id'] for place in PLACES}
        self.granted = {place: set() for place in PLACES}
        self.consumer = identity.consumer()
        self.tokens, self.access, self.credentials = [], [], []
        # Something of every kind from the beginning, so that short histories have what to exchange.
        for place, role in (('one', 'admin'), ('one', 'other'), ('two', 'member')):
            self.grant(place, role)
        self.password('one')
        self.delegate('one', {'member'})
        self.consume(0)
        self.credential({'member'}, 90)
        self.redeem(0)

    def path(self, place, role):
        return '/v3/projects/%s/users/%s/roles/%s' % (self.ids[place], self.user, self.identity.role(role))

    def grant(self, place, role):
        self.granted[place].add(role)
        assert self.identity.admin.put(self.path(place, role)).status_int == 204

    def revoke(self, place, role):
        if role in self.granted[place]:
            self.granted[place].remove(role)
            assert self.identity.admin.delete(self.path(place, role)).status_int == 204
            self.credentials = [one for one in self.credentials if one[2][0] != place]

    def scope(self, place):
        return {'project': {'id': self.ids[place]}} if place else 'unscoped'

    def client(self, place):
        """The user's own client there, or None when it has no role there."""
        answer = self.identity.answer({'id': self.user}, 'pw', scope=self.scope(place))
        return self.identity.as_(answer.headers['X-Subject-Token']) if answer.status_int == 201 else None

    def password(self, place):
        answer = self.identity.answer({'id': self.user}, 'pw', scope=self.scope(place))
        assert (answer.status_int == 201) == (not place or bool(self.granted[place]))
        self.keep(answer.headers.get('X-Subject-Token'), (None, None, None))

    def delegate(self, place, names):
        client = self.client('one')
        if client is None:
            return
        asked = self.consumer.request_token(self.ids[place])
        answer = client.put('/v3/OS-OAUTH1/authorize/' + asked[0], {'roles': [{'name': name} for name in names]})
        may = 'admin' in closure(self.granted['one']) and names <= closure(self.granted[place])
        assert (answer.status_int == 200) == may, answer.text
        if may:
            made = self.consumer.ask('/v3/OS-OAUTH1/access_token', asked, verifier=answer.json['token']['oauth_verifier'])
            values = dict(urllib.parse.parse_qsl(made.text))
            self.access.append((values['oauth_token'], values['oauth_token_secret'],
                                (place, closure(names), values['oauth_expires_at'])))

    def consume(self, number):
        if self.access:
            token, secret, bound = self.access[number % len(self.access)]
            answer = self.consumer.ask_login((token, secret))
            assert (answer.status_int == 201) == bool(bound[1] & closure(self.granted[bound[0]]))
            self.keep(answer.headers.get('X-Subject-Token'), bound)

    def credential(self, names, seconds):
        client = self.client('one')
        if client is None:
            return
        end = seconds and clock.show(clock.now() + seconds * clock.SECOND)
        answer = client.post('/v3/users/%s/application_credentials' % self.user, {'application_credential': {
            'name': 'c%d' % clock.now(), 'roles': [{'name': name} for name in names], 'expires_at': end,
            'unrestricted': False}})
        assert (answer.status_int == 201) == (names <= closure(self.granted['one'])), answer.text
        if answer.status_int == 201:
            made = answer.json['application_credential']
            self.credentials.append((made['id'], made['secret'], ('one', closure(names), end)))

    def redeem(self, number):
        if self.credentials:
            client_id, secret, bound = self.credentials[number % len(self.credentials)]
            header = 'Basic ' + base64.b64encode(('%s:%s' % (client_id, secret)).encode()).decode()
            answer = self.identity.anonymous.request(
                'POST', '/v3/OS-OAUTH2/token', data=b'grant_type=client_credentials',
                headers={'Authorization': header, 'Content-Type': 'application/x-www-form-urlencoded'})
            self.keep(answer.json.get('access_token'), bound)

    def v3(self, number, place):
        if self.tokens:
            token, body, bound = self.tokens[number % len(self.tokens)]
            auth = {'identity': {'methods': ['token'], 'token': {'id': token}}}
            if place != '':
                auth['scope'] = self.scope(place)
            answer = self.identity.anonymous.post('/v3/auth/tokens', {'auth': auth})
            self.exchanged(answer.headers.get('X-Subject-Token'), body, bound)

    def v2(self, number, place):
        if self.tokens:
            token, body, bound = self.tokens[number % len(self.tokens)]
            auth = {'token': {'id': token}, **({'tenantId': self.ids[place]} if place else {})}
            answer = self.identity.anonymous.post('/v2.0/tokens', {'auth': auth})
            self.exchanged(answer.json.get('access', {}).get('token', {}).get('id'), body, bound)

    def exchanged(self, token, body, bound):
        made = self.keep(token, (bound[0], bound[1], body['expires_at']))
        if made:
            assert made['audit_ids'][1] == body['audit_ids'][-1]

    def keep(self, token, bound):
        """The body of a new token, which must be within what it was made of and what its user may do now."""
        if token is None:
            return None
        shown = self.identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
        assert shown.status_int == 200, shown.text
        body, (place, lent, end) = shown.json['token'], bound
        names = {role['name'] for role in body.get('roles', ())}
        where = next((one for one in PLACES if self.ids[one] == body.get('project', {}).get('id')), None)
        assert body['user']['id'] == self.user and bool(names) == bool(where)
        assert names <= closure(self.granted[where] if where else ())
        assert end is None or body['expires_at'] <= end
        if lent is not None:
            assert where == place and names <= lent
        self.tokens.append((token, body, bound))
        return body


@given(steps)
@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def _histories(start_world, history):
    world = start_world()
    for word, *arguments in history:
        getattr(world, word)(*arguments)


def test_no_exchange_widens_anything(start):
    identity = start(v2_enabled=True, access_token_seconds=60)
    identity.make('roles', 'role', name='other')
    numbers = iter(range(1000))
    _histories(lambda: World(identity, next(numbers)))
