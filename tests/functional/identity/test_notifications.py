# SPDX-License-Identifier: Apache-2.0
"""Who is told of what: every change once, in CADF's shape or the short one, logins with their outcome, failures not."""
import json
import re
import uuid

import pytest

from praline_identity.notifications import events
from praline_identity.notifications import observer
from praline_identity.notifications import payloads

TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000')
# What reads although it is a POST, and what keystone tells nobody of.
UNTOLD = {'identity:revoke_token', 'identity:check_implied_role', 'identity:issue_saml2_assertion'}
# One request of every operation that changes something: verb, path, body, event, whose id it is about.
# {name} stands for what an earlier line kept; 'keep: x' keeps the id of the answer.
STEPS = '''
POST   domains                    {"domain": {"name": "dom"}}                      domain.created         keep: domain
PATCH  domains/{domain}           {"domain": {"description": "d"}}                 domain.updated         {domain}
PUT    domains/{domain}/config    {"config": {"identity": {"driver": "sql"}}}      domain_config.created  {domain}
PATCH  domains/{domain}/config    {"config": {"identity": {"driver": "sql"}}}      domain_config.updated  {domain}
PATCH  domains/{domain}/config/identity {"config": {"identity": {"driver": "sql"}}} domain_config.updated {domain}
DELETE domains/{domain}/config/identity -                                          domain_config.deleted  {domain}
POST   projects                   {"project": {"name": "pro"}}                     project.created        keep: project
PATCH  projects/{project}         {"project": {"description": "d"}}                project.updated        {project}
PUT    projects/{project}/tags    {"tags": ["red"]}                                project tag.updated    {project}
PUT    projects/{project}/tags/blue -                                              project tag.created    blue
DELETE projects/{project}/tags/blue -                                              project tag.deleted    blue
DELETE projects/{project}/tags    -                                                project tag.deleted    {project}
POST   users                      {"user": {"name": "usr", "password": "old"}}     user.created           keep: user
PATCH  users/{user}               {"user": {"description": "d"}}                   user.updated           {user}
POST   users/{user}/password      {"user": {"password": "new", "original_password": "old"}} user.updated  {user}
POST   groups                     {"group": {"name": "grp"}}                       group.created          keep: group
PATCH  groups/{group}             {"group": {"description": "d"}}                  group.updated          {group}
PUT    groups/{group}/users/{user} -                                               group.updated          {group}
DELETE groups/{group}/users/{user} -                                               group.updated          {group}
POST   roles                      {"role": {"name": "rol"}}                        role.created           keep: role
POST   roles                      {"role": {"name": "rol2", "domain_id": "{domain}"}} role.created        keep: role2
PATCH  roles/{role}               {"role": {"description": "d"}}                   role.updated           {role}
PUT    roles/{role}/implies/{member} -                                             implied_role.created   {member}
DELETE roles/{role}/implies/{member} -                                             implied_role.deleted   {member}
PUT    projects/{project}/users/{user}/roles/{role} -                              role_assignment.created -
DELETE projects/{project}/users/{user}/roles/{role} -                              role_assignment.deleted -
PUT    OS-INHERIT/domains/{domain}/groups/{group}/roles/{role}/inherited_to_projects - role_assignment.created -
DELETE OS-INHERIT/domains/{domain}/groups/{group}/roles/{role}/inherited_to_projects - role_assignment.deleted -
PUT    system/users/{user}/roles/{role} -                                          role_assignment.created -
DELETE system/users/{user}/roles/{role} -                                          role_assignment.deleted -
PUT    system/groups/{group}/roles/{role} -                                        role_assignment.created -
DELETE system/groups/{group}/roles/{role} -                                        role_assignment.deleted -
POST   regions                    {"region": {"id": "reg"}}                        region.created         keep: region
PUT    regions/reg2               {"region": {}}                                   region.created         reg2
PATCH  regions/{region}           {"region": {"description": "d"}}                 region.updated         {region}
POST   services                   {"service": {"type": "srv"}}                     service.created        keep: service
PATCH  services/{service}         {"service": {"type": "srv2"}}                    service.updated        {service}
POST   endpoints                  {"endpoint": {"service_id": "{service}", "interface": "public", "url": "http://x"}} endpoint.created keep: endpoint
PATCH  endpoints/{endpoint}       {"endpoint": {"url": "http://y"}}                endpoint.updated       {endpoint}
PUT    OS-EP-FILTER/projects/{project}/endpoints/{endpoint} -                      project_endpoint.created {endpoint}
DELETE OS-EP-FILTER/projects/{project}/endpoints/{endpoint} -                      project_endpoint.deleted {endpoint}
POST   OS-EP-FILTER/endpoint_groups {"endpoint_group": {"name": "g", "filters": {"interface": "admin"}}} endpoint_group.created keep: eg
PATCH  OS-EP-FILTER/endpoint_groups/{eg} {"endpoint_group": {"name": "h"}}         endpoint_group.updated {eg}
PUT    OS-EP-FILTER/endpoint_groups/{eg}/projects/{project} -                      project_endpoint_group.created {project}
DELETE OS-EP-FILTER/endpoint_groups/{eg}/projects/{project} -                      project_endpoint_group.deleted {project}
DELETE OS-EP-FILTER/endpoint_groups/{eg} -                                         endpoint_group.deleted {eg}
POST   policies                   {"policy": {"type": "application/json", "blob": "{}"}} policy.created   keep: policy
PATCH  policies/{policy}          {"policy": {"blob": "[]"}}                       policy.updated         {policy}
PUT    policies/{policy}/OS-ENDPOINT-POLICY/endpoints/{endpoint} -                 policy_association_for_endpoint.created {endpoint}
DELETE policies/{policy}/OS-ENDPOINT-POLICY/endpoints/{endpoint} -                 policy_association_for_endpoint.deleted {endpoint}
PUT    policies/{policy}/OS-ENDPOINT-POLICY/services/{service} -                   policy_association_for_service.created {service}
DELETE policies/{policy}/OS-ENDPOINT-POLICY/services/{service} -                   policy_association_for_service.deleted {service}
PUT    policies/{policy}/OS-ENDPOINT-POLICY/services/{service}/regions/{region} -  policy_association_for_region_and_service.created {region}
DELETE policies/{policy}/OS-ENDPOINT-POLICY/services/{service}/regions/{region} -  policy_association_for_region_and_service.deleted {region}
DELETE policies/{policy}          -                                                policy.deleted         {policy}
POST   registered_limits          {"registered_limits": [{"service_id": "{service}", "resource_name": "cores", "default_limit": 5}]} registered_limit.created keep: registered
PATCH  registered_limits/{registered} {"registered_limit": {"default_limit": 6}}   registered_limit.updated {registered}
POST   limits                     {"limits": [{"service_id": "{service}", "resource_name": "cores", "resource_limit": 3, "project_id": "{project}"}]} limit.created keep: limit
PATCH  limits/{limit}             {"limit": {"resource_limit": 2}}                 limit.updated          {limit}
DELETE limits/{limit}             -                                                limit.deleted          {limit}
DELETE registered_limits/{registered} -                                            registered_limit.deleted {registered}
POST   credentials                {"credential": {"type": "x", "blob": "b", "user_id": "{user}", "project_id": "{project}"}} credential.created keep: credential
PATCH  credentials/{credential}   {"credential": {"blob": "c"}}                    credential.updated     {credential}
DELETE credentials/{credential}   -                                                credential.deleted     {credential}
POST   users/{me}/credentials/OS-EC2 {"tenant_id": "{mine}"}                       credential.created     access: ec2
DELETE users/{me}/credentials/OS-EC2/{ec2} -                                       credential.deleted     -
POST   users/{me}/application_credentials {"application_credential": {"name": "a", "access_rules": [{"service": "x", "path": "/p", "method": "GET"}]}} application_credential.created keep: appcred
DELETE users/{me}/application_credentials/{appcred} -                              application_credential.deleted {appcred}
DELETE users/{me}/access_rules/{rule} -                                            access_rule.deleted    {rule}
POST   OS-TRUST/trusts            {"trust": {"trustor_user_id": "{me}", "trustee_user_id": "{user}", "impersonation": false, "project_id": "{mine}", "roles": [{"name": "member"}]}} OS-TRUST:trust.created keep: trust
DELETE OS-TRUST/trusts/{trust}    -                                                OS-TRUST:trust.deleted {trust}
POST   OS-OAUTH1/consumers        {"consumer": {}}                                 OS-OAUTH1:consumer.created keep: consumer
PATCH  OS-OAUTH1/consumers/{consumer} {"consumer": {"description": "d"}}           OS-OAUTH1:consumer.updated {consumer}
DELETE OS-OAUTH1/consumers/{consumer} -                                            OS-OAUTH1:consumer.deleted {consumer}
POST   ../praline/deletions       {"deletion": {"project_id": "{project}", "window": 600}} project.updated {project}
DELETE ../praline/deletions/{project} -                                            project.updated        {project}
DELETE endpoints/{endpoint}       -                                                endpoint.deleted       {endpoint}
DELETE services/{service}         -                                                service.deleted        {service}
DELETE regions/{region}           -                                                region.deleted         {region}
DELETE groups/{group}             -                                                group.deleted          {group}
DELETE users/{user}               -                                                user.deleted           {user}
DELETE roles/{role}               -                                                role.deleted           {role}
DELETE projects/{project}         -                                                project.deleted        {project}
PATCH  domains/{domain}           {"domain": {"enabled": false}}                   domain.updated         {domain}
DELETE domains/{domain}           -                                                domain.deleted         {domain}
'''
LINE = re.compile(r'(?P<verb>\w+)\s+(?P<path>\S+)\s+(?P<body>\{.*\}|-)\s+(?P<event>\S.*\.(created|updated|deleted))\s+(?P<about>\S.*)')


@pytest.fixture
def identity(start, told):
    """Everything is told."""
    made = start(notification_driver='log', notification_opt_out=[])
    told()
    return made


def known(identity):
    """What the steps need to name."""
    me, = identity.admin.get('/v3/users?name=admin').json['users']
    mine, = identity.admin.get('/v3/projects?name=admin').json['projects']
    return {'me': me['id'], 'mine': mine['id'], 'member': identity.role('member')}


def steps():
    for line in STEPS.strip().splitlines():
        yield LINE.fullmatch(line).groupdict()


def filled(text, names):
    return re.sub(r'\{(\w+)\}', lambda match: names[match[1]], text)


def walk(identity, told, check):
    """Make every request; check(step, names, answer, told) after each."""
    names = known(identity)
    told()
    for step in steps():
        path = '/v3/' + filled(step['path'], names)
        body = None if step['body'] == '-' else json.loads(filled(step['body'], names))
        answer = identity.admin.request(step['verb'], path.replace('/v3/../', '/'), body)
        assert answer.status_int < 300, (step, answer.text)
        word, _, name = step['about'].partition(': ')
        if name:
            shown, = answer.json.values() if 'links' not in answer.json else [
                value for key, value in answer.json.items() if key != 'links']
            shown = shown[0] if isinstance(shown, list) else shown
            names[name] = shown['access' if word == 'access' else 'id']
            if name == 'appcred':
                names['rule'] = shown['access_rules'][0]['id']
        check(step, names, answer, told())


def test_every_change_is_told_once(identity, told):
    def check(step, names, answer, heard):
        assert [kind for kind, _ in heard] == ['identity.' + step['event']], step
        payload, event = heard[0][1], step['event']
        about = names.get(step['about'].partition(': ')[2]) if ': ' in step['about'] else filled(step['about'], names)
        resource, _, operation = event.rpartition('.')
        assert payload['typeURI'] == 'http://schemas.dmtf.org/cloud/audit/1.0/event'
        assert payload['eventType'] == 'activity' and payload['outcome'] == 'success'
        assert payload['action'] == '%s.%s' % (operation, resource)
        assert TIME.fullmatch(payload['eventTime']) and uuid.UUID(payload['id'])
        assert payload['observer']['typeURI'] == 'service/security' and payload['observer']['id']
        if resource == 'role_assignment':
            assert payload['target']['typeURI'] == 'service/security/account/user' and 'resource_info' not in payload
        elif not step['about'].startswith('access') and step['about'] != '-':
            assert payload['resource_info'] == payload['target']['id'] == about
            assert payload['target']['typeURI'] == events.type_uri(resource)
        if step['path'].endswith('/password'):
            return
        who = payload['initiator']
        assert who['typeURI'] == 'service/security/account/user'
        assert (who['id'], who['user_id'], who['project_id'], who['name']) == (
            names['me'], names['me'], names['mine'], 'admin')
        assert who['request_id'] == answer.headers['X-Openstack-Request-Id'] and who['host'] == {'agent': 'tester'}
    identity.admin.headers['User-Agent'] = 'tester'
    walk(identity, told, check)


def test_each_operation_that_changes_something_has_an_event_and_a_step(identity):
    runtime, missing, seen = identity.runtime, [], {}
    api = runtime.service.room('api.root:api')(runtime)
    for template, controller in api.routes:
        for name in dir(controller):
            declared = getattr(getattr(controller, name), 'operation', None)
            if declared is None or name.startswith(('get', 'head')) or declared.name in UNTOLD | events.LOGINS:
                continue
            event = events.of(declared.name)
            if event is None:
                missing.append('%s %s' % (template, declared.name))
            elif re.search('OS-FEDERATION|OS-OAUTH|/v2.0', template):
                continue
            else:
                seen['%s.%s' % (event.resource, event.operation)] = declared.name
    assert not missing
    assert set(seen) <= {step['event'] for step in steps()}


def test_what_fails_is_not_told(identity, told):
    nobody = identity.person('nobody', 'reader')
    told()
    for client, verb, path, body, status in (
            (identity.admin, 'POST', '/v3/projects', {'project': {}}, 400),
            (identity.admin, 'POST', '/v3/projects', {'project': {'name': 'admin'}}, 409),
            (identity.admin, 'DELETE', '/v3/users/none', None, 404),
            (identity.admin, 'DELETE', '/v3/domains/default', None, 403),
            (nobody, 'POST', '/v3/users', {'user': {'name': 'x'}}, 403),
            (identity.anonymous, 'POST', '/v3/users', {'user': {'name': 'x'}}, 401),
            (identity.admin, 'PUT', '/v3/groups/none/users/none', None, 404)):
        assert client.request(verb, path, body).status_int == status, path
    for path in ('/v3/users', '/v3/projects', '/v3/role_assignments', '/v3/auth/tokens'):
        identity.admin.get(path)
    assert told() == []


def test_role_assignments_say_who_and_where(identity, told):
    names = {**known(identity), 'user': identity.make('users', 'user', name='u')['id'],
             'group': identity.make('groups', 'group', name='g')['id']}
    told()
    identity.admin.put('/v3/projects/{mine}/users/{user}/roles/{member}'.format(**names))
    identity.admin.put('/v3/OS-INHERIT/domains/default/groups/{group}/roles/{member}/inherited_to_projects'.format(
        **names))
    identity.admin.delete('/v3/projects/{mine}/users/{user}/roles/{member}'.format(**names))
    identity.admin.put('/v3/system/users/{user}/roles/{member}'.format(**names))
    kept = ('project', 'domain', 'system', 'user', 'group', 'role', 'inherited_to_projects')
    assert [(kind, {name: payload[name] for name in kept if name in payload}) for kind, payload in told()] == [
        ('identity.role_assignment.created', {'project': names['mine'], 'user': names['user'], 'role': names['member'],
                                              'inherited_to_projects': False}),
        ('identity.role_assignment.created', {'domain': 'default', 'group': names['group'], 'role': names['member'],
                                              'inherited_to_projects': True}),
        ('identity.role_assignment.deleted', {'project': names['mine'], 'user': names['user'], 'role': names['member'],
                                              'inherited_to_projects': False}),
        ('identity.role_assignment.created', {'system': 'all', 'user': names['user'], 'role': names['member'],
                                              'inherited_to_projects': False})]


def test_logins_are_told_with_their_outcome(identity, told):
    user = identity.make('users', 'user', name='ann', password='right')
    told()
    assert identity.answer('ann', 'right', scope=None).status_int == 201
    assert identity.answer('ann', 'wrong', scope=None).status_int == 401
    assert identity.answer('nobody', 'wrong', scope=None).status_int == 401
    bad = {'auth': {'identity': {'methods': ['token'], 'token': {'id': 'no-token'}}}}
    assert identity.anonymous.post('/v3/auth/tokens', bad).status_int == 404
    identity.admin.patch('/v3/users/' + user['id'], {'user': {'options': {
        'multi_factor_auth_rules': [['password', 'totp']], 'multi_factor_auth_enabled': True}}})
    assert identity.answer('ann', 'right', scope=None).status_int == 401
    found = [(payload['action'], payload['outcome'], payload['initiator'].get('user_id'),
              payload['initiator'].get('name')) for kind, payload in told() if kind == 'identity.authenticate']
    assert found == [('authenticate', 'success', user['id'], 'ann'), ('authenticate', 'failure', None, 'ann'),
                     ('authenticate', 'failure', None, 'nobody'), ('authenticate', 'failure', None, None),
                     ('authenticate', 'pending', None, 'ann')]


def test_a_lock_is_told_as_the_reason_and_no_secret_is(start, told):
    identity = start(notification_driver='log', lockout_failure_attempts=1)
    identity.make('users', 'user', name='ann', password='right')
    told()
    identity.answer('ann', 'wrong-password', scope=None)
    identity.answer('ann', 'right', scope=None)
    found = told()
    assert [payload['outcome'] for _, payload in found] == ['failure', 'failure']
    assert 'reason' not in found[0][1] and found[1][1]['reason']['reasonCode'] == '401'
    assert 'locked' in found[1][1]['reason']['reasonType']
    assert 'wrong-password' not in str(found) and 'right' not in str(found)


def test_the_short_form(start, told):
    identity = start(notification_driver='log', notification_format='basic')
    names = {**known(identity), 'user': identity.make('users', 'user', name='u')['id'],
             'group': identity.make('groups', 'group', name='g')['id']}
    told()
    answer = identity.admin.put('/v3/groups/{group}/users/{user}'.format(**names))
    identity.admin.put('/v3/projects/{mine}/users/{user}/roles/{member}'.format(**names))
    (first, payload), (second, assigned) = told()
    assert first == 'identity.group.updated' and payload == {
        'resource_info': names['group'], 'request_id': answer.headers['X-Openstack-Request-Id'],
        'actor_id': names['user'], 'actor_type': 'user', 'actor_operation': 'added'}
    assert second == 'identity.role_assignment.created' and assigned['eventType'] == 'activity'


def test_what_is_opted_out_is_not_told(start, told):
    identity = start(notification_driver='log', notification_opt_out=['identity.user.created',
                                                                     'identity.authenticate.failure'])
    told()
    identity.make('users', 'user', name='u')
    identity.answer('admin', 'wrong')
    identity.login()
    identity.make('groups', 'group', name='g')
    assert [kind for kind, _ in told()] == ['identity.authenticate', 'identity.group.created']


def test_logins_that_succeed_are_not_told_by_default(start, told):
    identity = start(notification_driver='log')
    told()
    identity.login()
    identity.answer('admin', 'wrong')
    assert [payload['outcome'] for _, payload in told()] == ['failure']


def test_nobody_is_told_unless_asked_for(start):
    identity = start()
    assert observer.of(identity.runtime) is None
    assert identity.runtime.service.room('api.root:api')(identity.runtime).observe is None


def test_a_broker_of_calls_within_a_process_is_refused(start):
    identity = start()
    identity.cloud.conf.set_override('notification_driver', 'messagingv2', 'identity')
    with pytest.raises(ValueError, match='notification_url'):
        observer.of(identity.runtime)


def test_a_login_that_fails_in_v2_names_whom_it_claimed(start, told):
    identity = start(notification_driver='log', v2_enabled=True)
    told()
    answer = identity.anonymous.post('/v2.0/tokens', {'auth': {'passwordCredentials': {
        'username': 'admin', 'password': 'wrong'}}})
    assert answer.status_int == 401
    (kind, payload), = told()
    assert (kind, payload['outcome'], payload['initiator']['name']) == ('identity.authenticate', 'failure', 'admin')


def test_what_cannot_be_told_harms_nobody(identity, told, monkeypatch, caplog):
    monkeypatch.setattr(payloads, 'cadf', None)
    assert identity.make('groups', 'group', name='g')
    assert identity.answer('admin', 'wrong').status_int == 401
    assert 'identity:create_group was not told' in caplog.text
