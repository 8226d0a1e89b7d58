# SPDX-License-Identifier: Apache-2.0
"""Every service is asked what its OpenAPI document allows, and nonsense: never a 500, never an unknown media type.

PRALINE_FUZZ=20000 tests/run tests/functional/fuzz -k identity asks so often; PRALINE_FUZZ_SEED repeats a run.
"""
import collections
import json
import logging
import os
import random
import traceback

import pytest
import webob

from praline_common.api import openapi
from praline_common.testing.cloud import TestCloud
from praline_common.testing.neighbours import FakeImage, FakeNetwork, FakeVolume
from praline_identity.bootstrap import bootstrap as identity_bootstrap
from praline_network.bootstrap import bootstrap as network_bootstrap

from .cases import Cases

NUMBER = int(os.environ.get('PRALINE_FUZZ', 300))
# The suite asks the same each time; who explores gets something new, and is told the seed.
SEED = int(os.environ.get('PRALINE_FUZZ_SEED', 0)) or (random.randrange(2, 10 ** 6) if 'PRALINE_FUZZ' in os.environ else 1)
FAIR = (501, 503)


class Broken(logging.Handler):
    """What a service logged of requests that it could not answer."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.last = None

    def emit(self, record):
        if record.exc_info:
            self.last = ''.join(traceback.format_exception(*record.exc_info)[-4:])[-1500:]


class Fuzz:
    """tokens: callables that give the token of an administrator and of a member."""

    def __init__(self, cloud, service, tokens):
        self.app = cloud.app(service)
        self.mount = '/' + ('placement' if service == 'scheduler' else service)
        runtime = cloud.runtime(service)
        self.document = json.loads(json.dumps(openapi.document(service, runtime.service.room('api.root:api')(runtime))))
        self.cases = Cases(self.document, NUMBER, SEED)
        self.makers, self.tokens = tokens, [make() for make in tokens]
        self.log, self.found, self.statuses = Broken(), {}, collections.Counter()

    def versions(self):
        shared = self.document['components'].get('parameters', {}).get('version')
        return shared['schema']['enum'] if shared else None

    def run(self, number):
        logging.getLogger('praline_common').addHandler(self.log)
        try:
            for _ in range(number):
                self.ask()
        finally:
            logging.getLogger('praline_common').removeHandler(self.log)
        print('PRALINE_FUZZ_SEED=%d' % SEED, dict(self.statuses))
        return self.found

    def ask(self):
        method, template, url, data, media = self.cases.request()
        chance = self.cases.random
        who = chance.choices((0, 1, None), (6, 3, 1))[0]
        headers = {'X-Auth-Token': self.tokens[who]} if who is not None else {}
        if self.versions():
            headers['OpenStack-API-Version'] = chance.choice(self.versions())
        if template == '/v3/auth/tokens' and method != 'POST' and chance.random() < 0.8:
            headers['X-Subject-Token'] = chance.choice(self.tokens)
        answer = self.answer(method, url, data, media, headers)
        self.statuses[answer.status_int] += 1
        self.judge(method, template, url, data, answer)
        if answer.status_int == 401 and who is not None:
            self.tokens[who] = self.makers[who]()
        if answer.status_int < 300 and answer.content_type == 'application/json' and answer.body:
            if isinstance(answer.json, dict):
                self.cases.learn(template, answer.json)

    def answer(self, method, url, data, media, headers):
        request = webob.Request.blank(url, method=method, headers=headers)
        request.script_name, request.path_info = self.mount, request.path_info
        if data is not None:
            request.body, request.content_type = data, media
        self.log.last = None
        return request.get_response(self.app)

    def judge(self, method, template, url, data, answer):
        fault = None
        if answer.status_int >= 500 and answer.status_int not in FAIR:
            fault = '%d\n%s' % (answer.status_int, self.log.last or answer.text[:500])
        elif answer.content_type and answer.body and answer.content_type not in self.documented(method, template, answer):
            fault = 'undocumented %s with %d' % (answer.content_type, answer.status_int)
        elif answer.status_int not in (204, 304) and answer.content_type == 'application/json' and answer.body:
            json.loads(answer.body)
        if fault:
            self.found.setdefault((method, template, fault.splitlines()[-1][:120]),
                                  '%s %s %r\n%s' % (method, url, data, fault))

    def documented(self, method, template, answer):
        responses = self.document['paths'][template][method.lower()]['responses']
        found = responses.get(str(answer.status_int), responses['default'])
        if '$ref' in found:
            found = self.document['components']['responses'][found['$ref'].rpartition('/')[2]]
        return found.get('content', {})


def said(fuzz):
    return '\n\n'.join(['%d faults; PRALINE_FUZZ_SEED=%d; %s' % (len(fuzz.found), SEED, dict(fuzz.statuses))]
                       + list(fuzz.found.values()))


def test_identity(tmp_path):
    cheap = {'identity.argon2_time': 1, 'identity.argon2_memory': 8}
    with TestCloud(tmp_path, ['identity'], options=cheap) as cloud:
        identity_bootstrap(cloud.runtime('identity'), 'secret', {})

        def login(user, password):
            body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
                'name': user, 'domain': {'id': 'default'}, 'password': password}}},
                'scope': {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}}
            answer = cloud.client('identity', token='').post('/v3/auth/tokens', body)
            assert answer.status_int == 201, answer.text
            return answer.headers['X-Subject-Token']
        admin = cloud.client('identity', token=login('admin', 'secret'))
        project, = admin.get('/v3/projects?name=admin').json['projects']
        roles = {role['name']: role['id'] for role in admin.get('/v3/roles').json['roles']}
        member = admin.post('/v3/users', {'user': {'name': 'member', 'password': 'secret'}}).json['user']
        admin.put('/v3/projects/%s/users/%s/roles/%s' % (project['id'], member['id'], roles['member']))
        fuzz = Fuzz(cloud, 'identity', [lambda: login('admin', 'secret'), lambda: login('member', 'secret')])
        administrator, = admin.get('/v3/users?name=admin').json['users']
        fuzz.cases.keep([administrator['id'], member['id'], project['id'], 'default', *roles.values()])
        assert not fuzz.run(NUMBER), said(fuzz)


def made_up(cloud, service):
    """Tokens that TestCloud's stand-in for identity knows."""
    return [lambda: cloud.admin(service).headers['X-Auth-Token'], lambda: cloud.client(service).headers['X-Auth-Token']]


@pytest.mark.parametrize('service', ['image', 'scheduler'])
def test_alone(tmp_path, service):
    with TestCloud(tmp_path, [service]) as cloud:
        fuzz = Fuzz(cloud, service, made_up(cloud, service))
        assert not fuzz.run(NUMBER), said(fuzz)


def test_compute(tmp_path):
    fakes = {'network': FakeNetwork(), 'image': FakeImage(), 'volume': FakeVolume()}
    options = {'compute.driver': 'fake', 'compute.fake_hosts': 3, 'compute.report_interval': 60}
    with TestCloud(tmp_path, ['compute', 'scheduler'], fakes=fakes, options=options, agents=['compute']) as cloud:
        cloud.admin('compute').post('/v2.1/flavors', {'flavor': {'name': 't', 'id': '1', 'ram': 64, 'vcpus': 1, 'disk': 1}})
        fuzz = Fuzz(cloud, 'compute', made_up(cloud, 'compute'))
        assert not fuzz.run(NUMBER), said(fuzz)


def test_network(tmp_path):
    options = {'network.driver': 'fake', 'host': 'host1'}
    with TestCloud(tmp_path, ['network'], options=options, agents=['network']) as cloud:
        network_bootstrap(cloud.runtime('network'))
        fuzz = Fuzz(cloud, 'network', made_up(cloud, 'network'))
        assert not fuzz.run(NUMBER), said(fuzz)


def test_volume(tmp_path):
    options = {'volume.driver': 'fake', 'host': 'host1'}
    with TestCloud(tmp_path, ['volume'], fakes={'image': FakeImage()}, options=options, agents=['volume']) as cloud:
        fuzz = Fuzz(cloud, 'volume', made_up(cloud, 'volume'))
        assert not fuzz.run(NUMBER), said(fuzz)
