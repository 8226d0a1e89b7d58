# SPDX-License-Identifier: Apache-2.0
"""policy.json changes what an operation asks: looser, tighter, and told when it names nothing."""
import json

import pytest

from praline_common import policy
from praline_common.api import wsgi
from praline_common.context import Context
from praline_common.testing.cloud import TestCloud
from praline_identity.bootstrap import bootstrap

from .conftest import CHEAP, PASSWORD, Identity


@pytest.fixture
def under(tmp_path):
    """under({rule: check}) -> Identity with this policy.json."""
    running = []

    def begin(overrides):
        path = tmp_path / 'policy.json'
        path.write_text(json.dumps(overrides))
        cloud = TestCloud(tmp_path, ['identity'], options={**CHEAP, 'policy_file': str(path)})
        running.append(cloud.__enter__())
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        return Identity(cloud)
    yield begin
    for cloud in running:
        cloud.__exit__(None, None, None)


def test_a_looser_rule_lets_members_in(under):
    identity = under({'identity:list_services': 'role:member'})
    assert identity.person('mia', 'member').get('/v3/services').status_int == 200
    assert identity.person('rea', 'reader').get('/v3/services').status_int == 403
    assert identity.person('max', 'member').post('/v3/services', {'service': {'type': 'x'}}).status_int == 403


def test_a_tighter_rule_keeps_administrators_out(under):
    identity = under({'identity:create_region': 'role:admin and system_scope:all', 'identity:delete_region': '!'})
    cloud_wide = identity.person('sysop', 'admin', system=True)
    assert identity.admin.post('/v3/regions', {'region': {'id': 'r'}}).status_int == 403
    assert cloud_wide.post('/v3/regions', {'region': {'id': 'r'}}).status_int == 201
    assert cloud_wide.delete('/v3/regions/r').status_int == 403


def test_a_rule_that_cannot_be_read_lets_nobody_in(under):
    identity = under({'identity:list_regions': 'role:admin or (('})
    assert identity.admin.get('/v3/regions').status_int == 403


def test_the_rule_of_a_filter_is_overridden_by_its_own_name(under):
    identity = under({'identity:list_domain_roles': '@'})
    person = identity.person('rea', 'reader')
    assert person.get('/v3/roles?domain_id=default').status_int == 200
    assert person.get('/v3/roles').status_int == 403


def test_an_override_does_not_widen_the_scopes():
    rules = policy.Policy()
    rules.register('identity:list_services', policy.Scoped('@', 'system', 'project'))
    assert rules.allows(Context(project_id='p', roles=['reader'], overwrite=False), 'identity:list_services', {})
    assert rules.allows(Context(roles=[], overwrite=False), 'identity:list_services', {})
    assert rules.allows(Context(system_scope='all', overwrite=False), 'identity:list_services', {})
    assert not rules.allows(Context(domain_id='d', roles=['admin'], overwrite=False), 'identity:list_services', {})


@pytest.fixture
def policies(tmp_path):
    def made(overrides, *names):
        path = tmp_path / 'policy.json'
        path.write_text(json.dumps(overrides))
        found = []
        for name in names:
            rules = policy.Policy(str(path))
            rules.register(name, '@')
            found.append(rules)
        return found
    return made


def test_names_that_are_no_rule_are_found(policies):
    overrides = {'identity:list_user': '@', 'identity:list_users': '@', 'volume:create': '@', 'get_imagess': '@'}
    assert policy.strangers(policies(overrides, 'identity:list_users')) == ['identity:list_user']
    assert policy.strangers(policies(overrides, 'get_images')) == []
    assert policy.strangers(policies(overrides, 'identity:list_users', 'get_images')) == [
        'get_imagess', 'identity:list_user']


def test_they_are_told_at_start(tmp_path, monkeypatch, caplog):
    (tmp_path / 'policy.json').write_text('{"identity:list_user": "@"}')
    (tmp_path / 'api-paste.ini').write_text('[app:identity]\npaste.app_factory = praline_common.api.wsgi:app_factory\n'
                                            'service = identity\n')
    (tmp_path / 'praline.conf').write_text(
        '[DEFAULT]\nstate = {0}\npolicy_file = {0}/policy.json\npaste_config = {0}/api-paste.ini\n'
        '[rpc]\ntransport_url = inprocess://told/\n'.format(tmp_path))
    monkeypatch.setenv('PRALINE_CONFIG', str(tmp_path / 'praline.conf'))
    monkeypatch.setattr('praline_common.log.setup', lambda conf: None)
    wsgi.load('identity')
    assert 'identity:list_user, but there is no such rule' in caplog.text
