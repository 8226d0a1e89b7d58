# SPDX-License-Identifier: Apache-2.0
"""A list costs as many statements for many rows as for few."""

def fill(identity, number):
    """So many more of everything that can be listed."""
    user = identity.admin.get('/v3/users?name=admin').json['users'][0]['id']
    project = identity.admin.get('/v3/projects?name=admin').json['projects'][0]['id']
    for n in range(number):
        identity.fill = getattr(identity, 'fill', 0) + 1
        name = 'x%d' % identity.fill
        made = {kind: identity.make(kind + 's', kind, name=name)['id'] for kind in (
            'user', 'group', 'project', 'domain', 'role')}
        identity.make('credentials', 'credential', user_id=made['user'], type='cert', blob='b')
        service = identity.make('services', 'service', type=name)['id']
        identity.make('endpoints', 'endpoint', service_id=service, interface='public', url='http://x')
        identity.make('policies', 'policy', type='x', blob='{}')
        identity.make('users/%s/application_credentials' % user, 'application_credential', name=name)
        identity.make('OS-TRUST/trusts', 'trust', trustor_user_id=user, trustee_user_id=made['user'],
                      project_id=project, impersonation=False, roles=[{'name': 'reader'}])
        identity.admin.put('/v3/projects/%s/groups/%s/roles/%s' % (made['project'], made['group'], made['role']))
        identity.admin.put('/v3/groups/%s/users/%s' % (made['group'], user))
        identity.admin.post('/v3/registered_limits', {'registered_limits': [
            {'service_id': service, 'resource_name': 'r', 'default_limit': 1}]})
        identity.admin.post('/v3/limits', {'limits': [
            {'service_id': service, 'resource_name': 'r', 'resource_limit': 1, 'project_id': made['project']}]})
    return user


PATHS = ['users', 'groups', 'projects', 'domains', 'roles', 'services', 'endpoints', 'credentials', 'policies',
         'role_assignments', 'role_assignments?effective', 'role_assignments?include_names', 'role_inferences',
         'users/{user}/application_credentials', 'users/{user}/groups', 'users/{user}/projects', 'OS-TRUST/trusts',
         'limits', 'registered_limits', 'auth/projects', 'auth/catalog', 'regions']


def test_statements_do_not_grow_with_rows(identity, statements):
    user = fill(identity, 2)

    def costs():
        found = {}
        for path in PATHS:
            identity.admin.get('/v3/auth/projects')
            statements.clear()
            answer = identity.admin.get('/v3/' + path.format(user=user))
            assert answer.status_int == 200, path
            found[path] = len(statements)
        return found
    few = costs()
    fill(identity, 5)
    assert costs() == few
    assert max(few.values()) <= 7, few
