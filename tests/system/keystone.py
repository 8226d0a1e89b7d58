# SPDX-License-Identifier: Apache-2.0
"""Unmodified python-keystoneclient against a cloud, and a domain with people to try it on."""
import contextlib
import dataclasses
import uuid

from keystoneauth1 import exceptions, session
from keystoneauth1.identity import v3
from keystoneclient.v3 import client

PASSWORD = 'Sesame-1-open'


def auth_url(cloud):
    return cloud.state.cloud()['auth']['auth_url']


def admin(cloud, **scope):
    """A client as the admin, of the project admin unless another scope is named."""
    auth = cloud.state.cloud()['auth']
    return connect(v3.Password(auth['auth_url'], username=auth['username'], password=auth['password'],
                               user_domain_id='default', **(scope or {'project_name': 'admin',
                                                                      'project_domain_id': 'default'})))


def connect(plugin):
    """A client that logs in by this keystoneauth plug-in; it finds identity in the catalog."""
    return client.Client(session=session.Session(auth=plugin), include_metadata=False)


def login(cloud, user, password=PASSWORD, **scope):
    return connect(v3.Password(auth_url(cloud), user_id=user.id, password=password, **scope))


@dataclasses.dataclass
class Place:
    """A domain with a project, a user who is a member there, and a group."""
    domain: object
    project: object
    user: object
    group: object


@contextlib.contextmanager
def place(keystone):
    """A Place; at the end it is gone with all that was made in its domain."""
    name = 'place-' + uuid.uuid4().hex[:8]
    domain = keystone.domains.create(name)
    try:
        project = keystone.projects.create(name, domain)
        user = keystone.users.create(name, domain, password=PASSWORD, email='a@example.org')
        keystone.roles.grant(role(keystone, 'member'), user=user, project=project)
        yield Place(domain, project, user, keystone.groups.create(name, domain))
    finally:
        keystone.domains.update(domain, enabled=False)
        keystone.domains.delete(domain)


def role(keystone, name):
    return keystone.roles.find(name=name)


def gone(manager, thing, *more):
    """Whether reading this thing answers 404."""
    try:
        manager.get(thing, *more)
    except exceptions.NotFound:
        return True
    return False


def ids(things):
    return {thing.id for thing in things}
