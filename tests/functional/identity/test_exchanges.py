# SPDX-License-Identifier: Apache-2.0
"""Whatever is exchanged for whatever: no token is worth more, or longer, than what it came from."""
import base64
import itertools
import os
import time
import types

from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
import pytest

from praline_common.testing.cloud import TestCloud
from praline_identity import clock
from praline_identity.bootstrap import bootstrap
from praline_identity.tokens import totp

from .conftest import CHEAP, PASSWORD, Identity
from .exchanges import CHAIN, SECOND, TOKEN_SECONDS, Credential, Model, Token, Trust, closure

EXAMPLES = int(os.environ.get('PRALINE_EXCHANGES', 12))
# Explaining a failure takes longer than understanding it.
PHASES = (Phase.generate, Phase.shrink)
SEED = base64.b32encode(b'twenty bytes of seed').decode()
USERS = ('ann', 'bob', 'mfa')
SCOPES = [('project', 'p'), ('project', 'q'), ('domain', 'd'), ('system', 'all')]
_ROLES = st.sets(st.sampled_from(CHAIN), min_size=1)
_INDEX = st.integers(0, 8)
_SECONDS = st.sampled_from([None, None, 30, 1000, 10000])


@pytest.fixture(scope='module')
def identity(tmp_path_factory):
    options = {**CHEAP, 'identity.allow_redelegation': True}
    with TestCloud(tmp_path_factory.mktemp('cloud'), ['identity'], options=options) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield Identity(cloud)


@pytest.fixture
def later(monkeypatch):
    """later(seconds) lets that much time pass for identity."""
    passed = [0]
    monkeypatch.setattr(clock, 'time', types.SimpleNamespace(time_ns=lambda: time.time_ns() + passed[0] * 10 ** 9))

    def pass_by(seconds):
        passed[0] += seconds
    return pass_by


class Exchanges(RuleBasedStateMachine):
    """The real identity beside a Model of what it owes; every token is checked after every step."""

    identity = later = None
    number = itertools.count()

    def __init__(self):
        super().__init__()
        self.model, self.credentials, self.trusts, self.receipts = Model(), [], [], []

    @initialize(grants=st.fixed_dictionaries({user: st.dictionaries(
        st.sampled_from(SCOPES), _ROLES, min_size=3, max_size=4) for user in USERS}))
    def people(self, grants):
        one, name = self.identity, 'x%d' % next(self.number)
        one.admin = one.as_(one.login())
        self.ids = {'d': one.make('domains', 'domain', name=name)['id'], 'all': 'all',
                    **{key: one.make('projects', 'project', name=name + key)['id'] for key in 'pq'},
                    **{role: one.role(role) for role in CHAIN}}
        for user in USERS:
            self.ids[user] = one.make('users', 'user', name=name + user, password='pw')['id']
            self.model.grants[user] = {}
            for scope, roles in grants[user].items():
                for role in roles:
                    self.grant(user, scope, role)
        one.make('credentials', 'credential', user_id=self.ids['mfa'], type='totp', blob=SEED)
        one.admin.patch('/v3/users/' + self.ids['mfa'], {'user': {'options': {
            'multi_factor_auth_rules': [['password', 'totp']]}}})
        self.names = {value: key for key, value in self.ids.items()}
        for user in ('ann', 'bob'):
            for scope in self.model.grants[user]:
                self.by_password(user, scope, True)
        for number in range(4):
            self.make_trust(number, ('ann', 'bob')[number % 2], 'same', {'reader'}, number < 2, None, None,
                            True, True)
        for number in range(len(self.trusts)):
            self.by_trust(number, 0, False)

    def place(self, scope, user, role):
        where = {'project': 'projects/%s', 'domain': 'domains/%s', 'system': 'system'}[scope[0]]
        where = where % self.ids[scope[1]] if '%' in where else where
        return '/v3/%s/users/%s/roles/%s' % (where, self.ids[user], self.ids[role])

    @rule(user=st.sampled_from(USERS), scope=st.sampled_from(SCOPES), role=st.sampled_from(CHAIN))
    def grant(self, user, scope, role):
        assert self.identity.admin.put(self.place(scope, user, role)).status_int == 204
        self.model.grants[user].setdefault(scope, set()).add(role)

    @rule(user=st.sampled_from(USERS), scope=st.sampled_from(SCOPES), role=st.sampled_from(CHAIN))
    def ungrant(self, user, scope, role):
        held = self.model.grants[user].get(scope, set())
        answer = self.identity.admin.delete(self.place(scope, user, role))
        assert answer.status_int == (204 if role in held else 404)
        if role in held:
            held.discard(role)
            for credential in self.credentials:
                if (credential.user, ('project', credential.project)) == (user, scope):
                    credential.alive = False

    @precondition(lambda self: self.model.tokens)
    @rule(which=_INDEX)
    def undermine(self, which):
        """Take a role that a token stands on away from whoever lends it."""
        token = self.pick(which)
        lender = token.trust.lender() if token.trust else token.user
        held = self.model.grants[lender].get(token.scope)
        if held:
            self.ungrant(lender, token.scope, max(held, key=CHAIN.index))

    def asked(self, scope):
        kind, name = scope
        return {'unscoped': None, 'system': {'system': {'all': True}}}.get(kind, {kind: {'id': self.ids[name]}}
                                                                           if name in self.ids else None)

    def login(self, methods, scope=None, receipt=None):
        auth = {'identity': {'methods': list(methods), **methods}}
        if scope is not None:
            auth['scope'] = scope
        headers = {'Openstack-Auth-Receipt': receipt} if receipt else {}
        return self.identity.anonymous.post('/v3/auth/tokens', {'auth': auth}, headers=headers)

    def password(self, user):
        return {'password': {'user': {'id': self.ids[user], 'password': 'pw'}}}

    def issued(self, answer, due, began, **token):
        """Keep what a login gave; due: whether it had to; its end is the earliest of those that bound it."""
        assert answer.status_int == 201 if due else answer.status_int in (400, 401, 403, 404), answer.text
        if not due:
            return
        made = Token(answer.headers['X-Subject-Token'], ends=0, **token)
        ends = clock.read(answer.json['token']['expires_at'])
        bounds = [made.parent and made.parent.ends, made.credential and made.credential.ends,
                  made.trust and made.trust.ends]
        latest = min([clock.now() + TOKEN_SECONDS * SECOND, *(bound for bound in bounds if bound)])
        earliest = min([began + TOKEN_SECONDS * SECOND, *(bound for bound in bounds if bound)])
        assert earliest <= ends <= latest
        made.ends = ends
        self.model.tokens.append(made)

    def may(self, user, scope):
        return user not in self.model.disabled and (scope[0] == 'unscoped' or bool(self.model.held(user, scope)))

    @rule(user=st.sampled_from(USERS), scope=st.sampled_from([*SCOPES, ('unscoped', '')]), whole=st.booleans())
    def by_password(self, user, scope, whole):
        methods, began = self.password(user), clock.now()
        if user == 'mfa' and whole:
            methods['totp'] = {'user': {'id': self.ids[user], 'passcode': totp.passcode(SEED, time.time())}}
        answer = self.login(methods, self.asked(scope))
        if user == 'mfa' and not whole:
            assert answer.status_int == 401
            if 'Openstack-Auth-Receipt' in answer.headers:
                self.receipts.append((answer.headers['Openstack-Auth-Receipt'], began + 300 * SECOND))
            return
        self.issued(answer, self.may(user, scope), began, user=user, scope=scope)

    @precondition(lambda self: self.receipts)
    @rule(which=_INDEX, user=st.sampled_from(USERS), code=st.booleans())
    def by_receipt(self, which, user, code):
        receipt, ends = self.receipts[which % len(self.receipts)]
        began = clock.now()
        methods = {'totp': {'user': {'id': self.ids[user], 'passcode': totp.passcode(SEED, time.time())}}}
        answer = self.login(methods if code else self.password(user), receipt=receipt)
        due = user == 'mfa' and code and began < ends and user not in self.model.disabled
        self.issued(answer, due, began, user=user, scope=('unscoped', ''))

    def pick(self, which):
        """Small numbers are the newest: what was made last is used most."""
        return self.model.tokens[-1 - which % len(self.model.tokens)]

    def pick_good(self, which):
        now = clock.now()
        good = [token for token in self.model.tokens if self.model.good(token, now)]
        return good[-1 - which % len(good)] if good else self.pick(which)

    def of_trustee(self, trust, which):
        """A token with which the trustee can use the trust, if there is one; else any."""
        now = clock.now()
        fitting = [token for token in self.model.tokens if token.user == trust.trustee and self.model.good(token, now)
                   and not token.trust and not token.credential]
        return fitting[-1 - which % len(fitting)] if fitting else self.pick(which)

    @precondition(lambda self: self.model.tokens)
    @rule(which=_INDEX, scope=st.sampled_from([*SCOPES, ('unscoped', '')]), explicit=st.booleans())
    def by_token(self, which, scope, explicit):
        parent, began = self.pick(which), clock.now()
        wanted = 'unscoped' if explicit and scope[0] == 'unscoped' else self.asked(scope)
        answer = self.login({'token': {'id': parent.token}}, wanted)
        due = self.model.good(parent, began) and not parent.trust and self.may(parent.user, scope)
        if parent.scope[0] == 'system' and scope[0] in ('project', 'domain'):
            due = False
        if parent.credential:
            due, scope = self.model.good(parent, began) and wanted is None, parent.scope
        self.issued(answer, due, began, user=parent.user, scope=scope, parent=parent, credential=parent.credential)

    @precondition(lambda self: self.model.tokens)
    @rule(which=_INDEX, roles=st.none() | _ROLES, seconds=_SECONDS, unrestricted=st.booleans())
    def make_credential(self, which, roles, seconds, unrestricted):
        parent, now = self.pick_good(which), clock.now()
        if not self.model.good(parent, now):
            return
        given = {'name': 'c%d' % next(self.number), 'unrestricted': unrestricted}
        ends = now + seconds * SECOND if seconds else None
        if roles:
            given['roles'] = [{'name': role} for role in roles]
        if ends:
            given['expires_at'] = clock.show(ends)
        answer = self.identity.as_(parent.token).post(
            '/v3/users/%s/application_credentials' % self.ids[parent.shown_user()], {'application_credential': given})
        held = self.model.roles(parent) if parent.scope[0] == 'project' else set()
        due = bool(held) and not parent.trust and closure(roles or ()) <= held and (
            not parent.credential or parent.credential.unrestricted)
        assert (answer.status_int == 201) == due, (answer.text, parent)
        if due:
            made = answer.json['application_credential']
            assert {role['name'] for role in made['roles']} <= held
            self.credentials.append(Credential(made['id'], made['secret'], parent.user, parent.scope[1],
                                               closure(roles) if roles else held, ends, unrestricted))

    @precondition(lambda self: self.credentials)
    @rule(which=_INDEX, scoped=st.booleans())
    def by_credential(self, which, scoped):
        credential, began = self.credentials[which % len(self.credentials)], clock.now()
        scope = ('project', credential.project)
        answer = self.login({'application_credential': {'id': credential.id, 'secret': credential.secret}},
                            self.asked(scope) if scoped else None)
        due = (credential.alive and not scoped and (credential.ends is None or credential.ends > began)
               and credential.user not in self.model.disabled and credential.user != 'mfa'
               and bool(self.model.held(credential.user, scope) & credential.roles))
        self.issued(answer, due, began, user=credential.user, scope=scope, credential=credential)

    @precondition(lambda self: self.credentials)
    @rule(which=_INDEX)
    def delete_credential(self, which):
        credential = self.credentials[which % len(self.credentials)]
        path = '/v3/users/%s/application_credentials/%s' % (self.ids[credential.user], credential.id)
        assert self.identity.admin.delete(path).status_int == (204 if credential.alive else 404)
        credential.alive = False

    @precondition(lambda self: self.model.tokens)
    @rule(which=_INDEX, trustee=st.sampled_from(USERS), project=st.sampled_from(['p', 'q', 'same', 'same']), roles=_ROLES,
          impersonation=st.booleans(), seconds=_SECONDS, uses=st.sampled_from([None, None, None, 1]),
          passes_on=st.sampled_from([True, True, False]), modest=st.sampled_from([True, True, False]))
    def make_trust(self, which, trustee, project, roles, impersonation, seconds, uses, passes_on, modest):
        parent, now = self.pick_good(which), clock.now()
        if not self.model.good(parent, now):
            return
        source, ends = parent.trust, now + seconds * SECOND if seconds else None
        if project == 'same':
            project = parent.scope[1] if parent.scope[0] == 'project' else 'p'
        if modest:
            held = self.model.held(source.lender() if source else parent.user, ('project', project))
            roles = roles & held or held or roles
        given = {'trustor_user_id': self.ids[parent.shown_user()], 'trustee_user_id': self.ids[trustee],
                 'impersonation': impersonation, 'project_id': self.ids[project], 'remaining_uses': uses,
                 'roles': [{'name': role} for role in roles], 'allow_redelegation': passes_on}
        if ends:
            given['expires_at'] = clock.show(ends)
        answer = self.identity.as_(parent.token).post('/v3/OS-TRUST/trusts', {'trust': given})
        lender = source.lender() if source else parent.user
        due = (not parent.credential and parent.scope[0] in ('project', 'unscoped')
               and not (passes_on and uses) and roles <= self.model.held(lender, ('project', project)))
        if source:
            due = (due and source.count > 0 and not uses and roles <= source.roles and project == source.project
                   and (source.impersonation or not impersonation)
                   and (ends is None or source.ends is None or ends <= source.ends))
            ends = ends or source.ends
        assert (answer.status_int == 201) == due, (answer.text, parent, given)
        if due:
            count = (source.count - 1 if source else 3) if passes_on else 0
            self.trusts.append(Trust(answer.json['trust']['id'], parent.shown_user(), trustee, project, roles,
                                     impersonation, ends, uses, count, source))

    @precondition(lambda self: self.trusts and self.model.tokens)
    @rule(which=_INDEX, token=_INDEX, stranger=st.sampled_from([False, False, True]))
    def by_trust(self, which, token, stranger):
        trust, began = self.trusts[-1 - which % len(self.trusts)], clock.now()
        parent = self.pick(token) if stranger else self.of_trustee(trust, token)
        answer = self.login({'token': {'id': parent.token}}, {'OS-TRUST:trust': {'id': trust.id}})
        scope = ('project', trust.project)
        due = (self.model.good(parent, began) and not parent.trust and not parent.credential
               and parent.user == trust.trustee and trust.uses != 0
               and self.model.able(trust, began)
               and closure(trust.roles) <= self.model.held(trust.lender(), scope))
        if due and trust.uses:
            trust.uses -= 1
        self.issued(answer, due, began, user=parent.user, scope=scope, parent=parent, trust=trust)

    @precondition(lambda self: any(trust.count for trust in self.trusts))
    @rule(which=_INDEX, trustee=st.sampled_from(USERS), roles=_ROLES, greedy=st.booleans(), impersonation=st.booleans(),
          seconds=_SECONDS)
    def pass_on(self, which, trustee, roles, greedy, impersonation, seconds):
        """The trustee of a trust that may be passed on uses it, and passes on as much or more: greedy, all of the lender's."""
        lendable = [number for number, trust in enumerate(reversed(self.trusts)) if trust.count]
        known, number = len(self.model.tokens), lendable[which % len(lendable)]
        self.by_trust(number, 0, False)
        if len(self.model.tokens) > known:
            trust = self.trusts[-1 - number]
            if greedy:
                roles = self.model.held(trust.lender(), ('project', trust.project))
            self.make_trust(0, trustee, 'same', roles, impersonation, seconds, None, True, False)

    @precondition(lambda self: self.trusts)
    @rule(which=_INDEX)
    def delete_trust(self, which):
        trust, now = self.trusts[which % len(self.trusts)], clock.now()
        there = not trust.deleted and (trust.ends is None or trust.ends > now) and trust.uses != 0
        due = there and not any(one.deleted for one in trust.line())
        answer = self.identity.admin.delete('/v3/OS-TRUST/trusts/' + trust.id)
        assert answer.status_int == (204 if due else 404)
        trust.deleted = trust.deleted or due

    @precondition(lambda self: self.model.tokens)
    @rule(which=_INDEX)
    def revoke(self, which):
        """The token itself goes, not what was made from it."""
        token = self.pick(which)
        good = self.model.good(token, clock.now())
        answer = self.identity.admin.request('DELETE', '/v3/auth/tokens', headers={'X-Subject-Token': token.token})
        assert answer.status_int == (204 if good else 404)
        token.revoked = token.revoked or good

    @rule(user=st.sampled_from(USERS))
    def disable_or_enable(self, user):
        enabled = user in self.model.disabled
        answer = self.identity.admin.patch('/v3/users/' + self.ids[user], {'user': {'enabled': enabled}})
        assert answer.status_int == 200
        if enabled:
            self.model.disabled.discard(user)
        else:
            self.model.disable(user)

    @rule(seconds=st.sampled_from([1, 40, 1200, 4000]))
    def wait(self, seconds):
        self.later(seconds)
        self.identity.admin = self.identity.as_(self.identity.login())

    @invariant()
    def tokens_are_worth_what_they_may_be(self):
        for token in self.model.tokens:
            now = clock.now()
            answer = self.identity.admin.get('/v3/auth/tokens?nocatalog', headers={'X-Subject-Token': token.token})
            if abs(token.ends - now) > SECOND:
                assert (answer.status_int == 200) == self.model.good(token, now), (answer.text, token)
            if answer.status_int == 200:
                self.judge(token, answer.json['token'])

    def judge(self, token, body):
        assert clock.read(body['expires_at']) == token.ends
        assert token.parent is None or token.ends <= token.parent.ends
        assert self.names[body['user']['id']] == token.shown_user()
        shown = 'project' if 'project' in body else 'domain' if 'domain' in body else (
            'system' if 'system' in body else 'unscoped')
        assert shown == token.scope[0]
        if shown in ('project', 'domain'):
            assert self.names[body[shown]['id']] == token.scope[1]
        if shown != 'unscoped':
            assert {role['name'] for role in body['roles']} == self.model.roles(token)
        assert ('application_credential' in body) == bool(token.credential)
        assert ('OS-TRUST:trust' in body) == bool(token.trust)


def test_no_exchange_widens(identity, later):
    Exchanges.identity, Exchanges.later = identity, staticmethod(later)
    run_state_machine_as_test(Exchanges, settings=settings(
        max_examples=EXAMPLES, stateful_step_count=40, deadline=None, database=None, phases=PHASES,
        suppress_health_check=list(HealthCheck)))
