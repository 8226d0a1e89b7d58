# SPDX-License-Identifier: Apache-2.0
"""Who asks, in which scope, under which request id: travels with every call."""
import uuid

from oslo_context import context

_FIELDS = ('user_id', 'project_id', 'domain_id', 'system_scope', 'user_domain_id', 'project_domain_id',
           'user_name', 'project_name', 'roles', 'is_admin', 'request_id', 'global_request_id')


def new_request_id():
    return 'req-' + str(uuid.uuid4())


class Context(context.RequestContext):
    """oslo.context's request context with a short form for the wire.

    `is_admin` means: may act on every project's rows (the role admin, or the system itself).
    Made by `from_headers` at the API's border, `internal()` for the system's own work.
    """

    @classmethod
    def internal(cls, request_id=None, **fields):
        """The system itself: flows, periodic work, one service asking another."""
        return cls(is_admin=True, roles=['admin', 'service'], overwrite=False,
                   request_id=request_id or new_request_id(), **fields)

    @classmethod
    def from_headers(cls, environ):
        """From what auth_token left in a WSGI environ."""
        roles = environ.get('HTTP_X_ROLES') or ''
        roles = [role.lower() for role in roles.split(',') if role]
        get = environ.get
        return cls(auth_token=get('HTTP_X_AUTH_TOKEN'), user_id=get('HTTP_X_USER_ID'),
                   project_id=get('HTTP_X_PROJECT_ID'), domain_id=get('HTTP_X_DOMAIN_ID'),
                   system_scope='all' if get('HTTP_OPENSTACK_SYSTEM_SCOPE') else None,
                   user_domain_id=get('HTTP_X_USER_DOMAIN_ID'),
                   project_domain_id=get('HTTP_X_PROJECT_DOMAIN_ID'),
                   user_name=get('HTTP_X_USER_NAME'), project_name=get('HTTP_X_PROJECT_NAME'),
                   roles=roles, is_admin='admin' in roles, overwrite=False,
                   request_id=get('openstack.request_id'),
                   global_request_id=get('openstack.global_request_id'))

    def of_request(self, request_id):
        """The same user, asking again."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, request_id=request_id)
        return made

    def elevated(self):
        """The same request, allowed to see every project's rows."""
        wire = self.to_wire()
        wire['is_admin'] = True
        return type(self).from_wire(wire)

    def to_wire(self):
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_wire(cls, wire):
        return cls(overwrite=False, **{name: wire.get(name) for name in _FIELDS})
