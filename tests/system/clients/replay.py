# SPDX-License-Identifier: Apache-2.0
"""Requests as a program sends them: its microversions, its paths, its bodies; and the rows that wait for a later issue.

A program's file has SYSTEM (its name), WORKS (what of it works, a phrase a line) and LATER (rows of what waits); these
make docs/clients.md.
"""
import contextlib
import dataclasses
import uuid

import requests

from ..clouds import until

HEADERS = {'compute': 'compute', 'volume': 'volume', 'placement': 'placement'}
ISSUES = {'7': 'compute on real hypervisors, consoles, devices', '10': 'many hosts, migration', '12': 'network extensions',
          '13': 'volumes, backups, encryption, image stores'}


@dataclasses.dataclass(frozen=True)
class Later:
    """A request that is refused today: what it is for, what it is, the status it gets, who makes it work.

    `issue` is a number of ISSUES, or words: why it is refused for good.  A 404 is allowed only where the program
    looks first at a list of extensions or a catalog that does not have it (`asks`).
    """

    what: str
    method: str
    path: str
    status: int
    issue: str
    body: dict | None = None
    version: str | None = None
    asks: str = ''

    def __str__(self):
        return '%s %s' % (self.method, self.path)


class Program:
    """One logged-in program; versions: microversion by mount, as it sends them."""

    def __init__(self, base, auth, **versions):
        self.base, self.versions = base, versions
        answer = requests.post(base + '/identity/v3/auth/tokens', json={'auth': auth}, timeout=30)
        assert answer.status_code == 201, answer.text
        self.token, self.access = answer.headers['X-Subject-Token'], answer.json()['token']
        self.project = self.access.get('project', {}).get('id')

    def endpoint(self, kind):
        """The public address of a service by its type in the catalog, as gophercloud finds it; None if it is not there."""
        for service in self.access['catalog']:
            if service['type'] == kind:
                return next(point['url'] for point in service['endpoints'] if point['interface'] == 'public')
        return None

    def ask(self, method, path, body=None, status=None, version=None, data=None, headers=()):
        """The answer; its status is the one named, or any of success.  `path` from the mount on; '{project}' in it."""
        mount = path.split('/')[1]
        sent = {'X-Auth-Token': self.token, 'Accept': 'application/json', **dict(headers)}
        version = version or self.versions.get(mount)
        if version:
            sent['OpenStack-API-Version'] = '%s %s' % (mount, version)
        if data is not None:
            sent['Content-Type'] = 'application/octet-stream'
        answer = requests.request(method, self.base + path.replace('{project}', self.project or ''), json=body, data=data,
                                  headers=sent, timeout=120)
        wanted = (status,) if isinstance(status, int) else status or range(200, 300)
        assert answer.status_code in wanted, '%s %s %s: %d %s' % (method, path, version, answer.status_code, answer.text)
        return answer

    def get(self, path, status=None, version=None):
        return self.ask('GET', path, status=status, version=version).json()

    def post(self, path, body, status=None, version=None):
        answer = self.ask('POST', path, body, status, version)
        return answer.json() if answer.content else {}

    def put(self, path, body=None, status=None, version=None):
        answer = self.ask('PUT', path, body, status, version)
        return answer.json() if answer.content else {}

    def delete(self, path, status=(202, 204)):
        self.ask('DELETE', path, status=status)

    def pages(self, path, key):
        """All of a list, page after page by its links, as gophercloud and novaclient read it."""
        items, seen = [], set()
        while path:
            assert path not in seen, path
            seen.add(path)
            document = self.get(path)
            items += document[key]
            links = {link['rel']: link['href'] for link in document.get(key + '_links', ())}
            path = links['next'].removeprefix(self.base) if 'next' in links else None
        return items

    def reach(self, path, key, wanted, field='status', seconds=60):
        """Poll until the field is `wanted`, as programs do; 'error' ends it.  The thing."""
        def left():
            thing.update(self.get(path)[key] if key else self.get(path))
            assert str(thing[field]).lower() != 'error', thing
            return thing[field] != wanted and thing[field]
        thing = {}
        until(left, seconds, '%s to be %s' % (path, wanted))
        return thing

    def end(self, path, seconds=60):
        """Poll until 404: how most programs find out that something is gone."""
        until(lambda: self.ask('GET', path, status=(200, 404)).status_code == 200 and 'still there', seconds, path)


def password(name, secret, project=None):
    """The body of a login by name in the domain `default`."""
    return {'identity': {'methods': ['password'], 'password': {'user': {
        'name': name, 'domain': {'id': 'default'}, 'password': secret}}},
        'scope': {'project': {'name': project, 'domain': {'id': 'default'}}}}


@contextlib.contextmanager
def tenant(cloud, roles=('member',)):
    """A project and a user in it: (name of both, password); gone at the end, and with it nothing is left of the test."""
    admin, name = cloud.connect(), 'client-' + uuid.uuid4().hex[:8]
    project = admin.identity.create_project(name=name, domain_id='default')
    user = admin.identity.create_user(name=name, domain_id='default', password=name, default_project_id=project.id)
    for role in roles:
        admin.identity.assign_project_role_to_user(project, user, admin.identity.find_role(role))
    try:
        yield name
    finally:
        admin.identity.delete_user(user)
        admin.identity.delete_project(project)
        admin.close()


def refused(program, row):
    """Ask for what waits: the status of the row, and a reason that can be read; never a 5xx without one."""
    answer = program.ask(row.method, row.path, row.body, status=row.status, version=row.version)
    assert row.status < 500 or row.status in (501, 503), row
    assert row.status != 404 or row.asks, 'a 404 reads as "gone": %s' % (row,)
    assert len(answer.text) > 20, answer.text
