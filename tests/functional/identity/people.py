# SPDX-License-Identifier: Apache-2.0
"""The people of the matrix of who may do what, and the objects that they ask for."""
import itertools

# {column of who_may.txt: (roles, where they are held)}; here and there are domains, each with a project.
PEOPLE = {
    'none': (None, None), 'unsc': ((), None),
    'p:rd': ('reader', 'project'), 'p:mb': ('member', 'project'), 'p:mg': ('manager', 'project'),
    'p:ad': ('admin', 'project'),
    'd:rd': ('reader', 'domain'), 'd:mb': ('member', 'domain'), 'd:mg': ('manager', 'domain'),
    'd:ad': ('admin', 'domain'),
    's:rd': ('reader', 'system'), 's:mb': ('member', 'system'), 's:ad': ('admin', 'system'),
    'q:mb': ('member', 'other project'), 'q:ad': ('admin', 'other project'),
    'e:mg': ('manager', 'other domain'), 'e:ad': ('admin', 'other domain'),
    'own': ('member', 'project'), 'svc': ('service', 'other project'),
}
PASSWORD = 'the-secret-of-all'


class World:
    """ids: {plural word of a path: the id that stands behind it when an example says nothing else}.

    clients: {column: client}.  The objects belong to the domain here and to the user `own`.
    """

    def __init__(self, identity):
        self.identity, self.admin = identity, identity.admin
        self._numbers = itertools.count()
        self.ids = {}
        self._places()
        self.clients, self.people = {}, {}
        for column, (role, where) in PEOPLE.items():
            self.clients[column] = self._person(column, role, where)
        self._things()

    def name(self):
        return 'n%d' % next(self._numbers)

    def make(self, plural, **attributes):
        """The id of a new object; its singular is the plural without its s, unless SINGULAR says so."""
        attributes = {key: value.format(**self.ids) if isinstance(value, str) else value
                      for key, value in attributes.items()}
        singular = SINGULAR.get(plural) or plural.rpartition('/')[2].removesuffix('s')
        return self.identity.make(plural, singular, **attributes)['id']

    def _places(self):
        self.ids['domains'] = self.make('domains', name='here')
        self.ids['there'] = self.make('domains', name='there')
        self.ids['projects'] = self.make('projects', name='here-project', domain_id='{domains}')
        self.ids['there_project'] = self.make('projects', name='there-project', domain_id='{there}')
        for role in self.admin.get('/v3/roles').json['roles']:
            self.ids['role_' + role['name']] = role['id']

    def _person(self, column, role, where):
        if role is None:
            return self.identity.anonymous
        paths = {'project': ('projects/{projects}', {'project': {'id': self.ids['projects']}}),
                 'domain': ('domains/{domains}', {'domain': {'id': self.ids['domains']}}),
                 'system': ('system', {'system': {'all': True}}),
                 'other project': ('projects/{there_project}', {'project': {'id': self.ids['there_project']}}),
                 'other domain': ('domains/{there}', {'domain': {'id': self.ids['there']}})}
        user = self.make('users', name=column, domain_id='{domains}', password=PASSWORD)
        self.people[column] = user
        scope = None
        if role:
            path, scope = paths[where]
            self.must(204, self.admin.put('/v3/%s/users/%s/roles/%s' % (
                path.format(**self.ids), user, self.ids['role_' + role])))
        return self.identity.as_(self.identity.login({'id': user}, PASSWORD, scope=scope))

    @staticmethod
    def must(status, answer):
        assert answer.status_int == status, answer.text
        return answer

    def _things(self):
        """One of everything, made by the administrator or by the owner."""
        ids, own = self.ids, self.clients['own']
        ids['users'] = self.people['own']
        ids['other_users'] = self.make('users', name='other', domain_id='{domains}')
        ids['other_groups'] = self.make('groups', name='other', domain_id='{domains}')
        for plural, attributes in THINGS.items():
            ids[plural.rpartition('/')[2]] = self.make(plural, **{'name': self.name(), **attributes})
        self.must(204, self.admin.put('/v3/groups/{groups}/users/{users}'.format(**ids)))
        ids['registered_limits'] = self.registered_limit()
        ids['limits'] = self.limit()
        ids['OS-EC2'] = self.ec2_key()
        ids['application_credentials'] = self.application_credential()
        ids['access_rules'], = (row['id'] for row in own.get(
            '/v3/users/{users}/access_rules'.format(**ids)).json['access_rules'])
        ids['trusts'] = self.trust()
        self.consumer, ids['project_admin'] = self.identity.consumer(), self.people['p:ad']
        ids['access_tokens'] = self.access_token()
        ids['tags'] = 'red'

    def registered_limit(self):
        answer = self.must(201, self.admin.post('/v3/registered_limits', {'registered_limits': [
            {'service_id': self.ids['services'], 'resource_name': self.name(), 'default_limit': 1}]}))
        return answer.json['registered_limits'][0]['id']

    def limit(self):
        """Of the project, for a resource of its own."""
        registered = self.admin.get('/v3/registered_limits/' + self.registered_limit()).json['registered_limit']
        answer = self.must(201, self.admin.post('/v3/limits', {'limits': [
            {'service_id': registered['service_id'], 'resource_name': registered['resource_name'],
             'resource_limit': 1, 'project_id': self.ids['projects']}]}))
        return answer.json['limits'][0]['id']

    def ec2_key(self):
        self.ec2 = self.must(201, self.clients['own'].post(
            '/v3/users/%s/credentials/OS-EC2' % self.ids['users'], {'tenant_id': self.ids['projects']})).json['credential']
        return self.ec2['access']

    def application_credential(self):
        return self.must(201, self.clients['own'].post(
            '/v3/users/%s/application_credentials' % self.ids['users'], {'application_credential': {
                'name': self.name(), 'access_rules': [{'service': 'compute', 'path': '/v2.1/servers', 'method': 'GET'}],
            }})).json['application_credential']['id']

    def unused_rule(self):
        """An access rule that no application credential holds any more."""
        path = '/v3/users/%s/' % self.ids['users']
        made = self.must(201, self.clients['own'].post(path + 'application_credentials', {'application_credential': {
            'name': self.name(), 'access_rules': [
                {'service': 'compute', 'path': '/v2.1/' + self.name(), 'method': 'GET'}]}})).json
        made = made['application_credential']
        self.must(204, self.clients['own'].delete(path + 'application_credentials/' + made['id']))
        return made['access_rules'][0]['id']

    def trust(self):
        return self.must(201, self.clients['own'].post('/v3/OS-TRUST/trusts', {'trust': {
            'trustor_user_id': self.ids['users'], 'trustee_user_id': self.ids['other_users'], 'impersonation': False,
            'project_id': self.ids['projects'], 'roles': [{'name': 'member'}]}})).json['trust']['id']

    def verifier(self, request_token):
        """The project's administrator lets the consumer have his role."""
        return self.identity.authorize(request_token, 'admin', admin=self.clients['p:ad'])

    def request_token(self):
        return self.consumer.request_token(self.ids['projects'])

    def access_token(self):
        return self.consumer.access_token(self.ids['projects'], 'admin', admin=self.clients['p:ad'])[0]

    def going_project(self):
        """The id of a project that waits for its deletion."""
        project = self.make('projects', name=self.name(), domain_id='{domains}')
        self.must(202, self.admin.post('/praline/deletions', {'deletion': {'project_id': project}}))
        return project

    def token(self):
        """A new token of the owner."""
        return self.identity.login({'id': self.ids['users']}, PASSWORD, scope={'project': {'id': self.ids['projects']}})


SINGULAR = {'policies': 'policy'}
THINGS = {
    'groups': {'domain_id': '{domains}'}, 'roles': {}, 'regions': {'id': 'r1'}, 'services': {'type': 'kind'},
    'endpoints': {'service_id': '{services}', 'interface': 'public', 'url': 'http://x'},
    'OS-EP-FILTER/endpoint_groups': {'filters': {'interface': 'public'}},
    'policies': {'type': 'text/plain', 'blob': 'x'}, 'OS-OAUTH1/consumers': {},
    'credentials': {'type': 'cert', 'blob': 'x', 'user_id': '{users}', 'project_id': '{projects}'},
}
