# SPDX-License-Identifier: Apache-2.0
"""Sees every operation of identity's API go by, and tells of those that changed something or were a login."""
import contextlib
import copy
import logging

import sqlalchemy as sa

from praline_common import errors as common
from praline_common.db import engine
from praline_common.rpc.notifier import Notifier
from praline_identity import errors
from praline_identity.db import models
from praline_identity.notifications import events
from praline_identity.notifications import payloads

LOG = logging.getLogger(__name__)
_SERVICE = sa.select(models.services.c.id).where(models.services.c.type == 'identity').limit(1)


def of(runtime):
    """The Observer of this process, or None where nobody is told: then nothing stands in a request's way."""
    return None if runtime.options.notification_driver == 'noop' else Observer(runtime)


class Observer:
    """Called with (operation, its arguments) in the place of the operation; the operation's own result."""

    def __init__(self, runtime):
        options = runtime.options
        url = options.notification_url or runtime.conf.rpc.transport_url
        if options.notification_driver == 'messagingv2' and url.startswith('inprocess'):
            raise ValueError('[identity] notification_driver messagingv2 needs a broker: set notification_url')
        self._db, self._basic = runtime.db, options.notification_format == 'basic'
        self._silent = frozenset(options.notification_opt_out)
        self._known = {}
        self.notifier = Notifier(options.notification_driver, url, options.notification_topics,
                                 'identity.' + runtime.conf.host, exchange='keystone')

    def __call__(self, operation, args):
        name = operation.operation.name
        if name in events.LOGINS:
            return self._login(operation, args)
        if name not in self._known:
            self._known[name] = events.of(name)
        event = self._known[name]
        result = operation(*args)
        if event is not None:
            with _harmless(name):
                self._done(event, operation.__self__, result, *args)
        return result

    def _done(self, event, controller, result, req, *ids):
        more = event.more(controller, ids) if event.more else {}
        for resource_id in event.about(ids, result):
            self.changed(event, resource_id, req.context, req.environ, more)

    def changed(self, event, resource_id, context, environ=None, more=None):
        """Tell of one change."""
        event_type, more = 'identity.%s.%s' % (event.resource, event.operation), more or {}
        if event_type in self._silent:
            return
        assigned = event.resource == 'role_assignment'
        if self._basic and not assigned:
            payload = payloads.basic(resource_id, context, more)
        else:
            target = payloads.account() if assigned else payloads.resource(event.resource, resource_id)
            payload = self._cadf('%s.%s' % (event.operation, event.resource), 'success', context, environ, target,
                                 resource_info=None if assigned else resource_id, **more)
        self.notifier.send(event_type, payload)

    def _login(self, operation, args):
        req = args[0]
        try:
            result = operation(*args)
        except (common.Unauthorized, common.Forbidden, common.NotFound) as error:
            with _harmless('a login that failed'):
                self._tried(req, 'failure', error)
            raise
        with _harmless('a login'):
            self._tried(req, 'pending' if getattr(result, 'status', None) == 401 else 'success')
        return result

    def _tried(self, req, outcome, error=None):
        """Tell of a login; of one that failed, only a lock or an expired password is told as the reason."""
        if 'identity.authenticate.' + outcome in self._silent:
            return
        reason = None
        if isinstance(error, (errors.Locked, errors.PasswordExpired)):
            reason = {'reasonType': error.message, 'reasonCode': str(error.status)}
        context, user = copy.copy(req.context), req.environ.get('praline.login') or _claimed(req)
        context.user_id, context.user_name = user.get('id'), user.get('name')
        self.notifier.send(events.AUTHENTICATE, self._cadf('authenticate', outcome, context, req.environ,
                                                           payloads.account(), reason=reason))

    def _cadf(self, action, outcome, context, environ, target, **more):
        with self._db.read() as conn:
            service_id = engine.scalar(conn, _SERVICE)
        return payloads.cadf(action, outcome, payloads.initiator(context, environ), target, service_id, **more)


@contextlib.contextmanager
def _harmless(what):
    """What was done stays done, whatever becomes of telling it."""
    try:
        yield
    except Exception:
        LOG.exception('%s was not told', what)


def _claimed(req):
    """{'id', 'name'} of the user that a login names, in v3's words or v2.0's, whether there is one or not."""
    try:
        auth = req.environ.get('praline.json')['auth']
        old = auth.get('passwordCredentials')
        if old:
            return {'id': old.get('userId'), 'name': old.get('username')}
        identity = auth['identity']
        for method in identity['methods']:
            user = identity[method].get('user')
            if user:
                return user
    except (KeyError, TypeError, AttributeError):
        pass
    return {}
