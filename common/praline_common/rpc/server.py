# SPDX-License-Identifier: Apache-2.0
"""The answering end: runs marked methods of plain objects, and turns their failures into envelopes."""
import concurrent.futures
import logging

from oslo_messaging import dispatcher
from oslo_messaging.rpc import server as messaging_server

from praline_common import errors
from praline_common.context import Context
from praline_common.rpc import wire

LOG = logging.getLogger(__name__)


def method(function):
    """Marks a method that other parts may call, as method(ctx, **args); all others are closed."""
    function.rpc_method = True
    return function


class Server:
    """Answers on a topic under a server's name (the host, as a rule), several calls at a time.

    endpoints: objects whose methods marked `@method` answer; a name that two of them offer is a ValueError.
    threads: calls served at a time; None means what the configuration says.
    """

    def __init__(self, transport, topic, server, endpoints, threads=None):
        self._threads = threads or transport.workers
        name = '%s on %s' % (topic, server)
        self._server = _MessagingServer(transport.messaging, transport.target(topic, server), _Dispatcher(name, endpoints))

    def start(self):
        self._server.start(override_pool_size=self._threads)

    def stop(self):
        """Takes no more messages; those taken are still served."""
        self._server.stop()

    def wait(self):
        """After stop(): returns when every message taken is served."""
        self._server.wait()


class _MessagingServer(messaging_server.RPCServer):
    """The library's server on a pool whose idle threads sleep; its own wakes each thread every second."""

    def __init__(self, transport, target, dispatcher):
        super().__init__(transport, target, dispatcher)
        self._executor_cls = concurrent.futures.ThreadPoolExecutor


class _Dispatcher(dispatcher.DispatcherBase):

    def __init__(self, name, endpoints):
        self._name = name
        self._methods = _marked_methods(endpoints)

    def dispatch(self, incoming):
        """Runs one message; always returns a packed {'result': ...} or {'error': ...}."""
        request = incoming.message
        ctx = Context.from_wire(incoming.ctxt) if incoming.ctxt else Context.internal()
        name, args = request['method'], request['args']
        try:
            return wire.pack({'result': self._find(name)(ctx, **wire.unpack(args))})
        except errors.Error as exc:
            if not args['answer']:
                LOG.warning('%s: %s, which nobody awaits, failed: %s (request %s)',
                            self._name, name, exc.message, ctx.request_id)
            return wire.pack_error(exc)
        except Exception:
            LOG.exception('%s: %s failed unexpectedly (request %s)', self._name, name, ctx.request_id)
            return wire.pack_error(errors.Error(
                '%s failed unexpectedly while doing %s; its log tells why under request %s.'
                % (self._name, name, ctx.request_id)))

    def _find(self, name):
        try:
            return self._methods[name]
        except KeyError:
            raise errors.Error('%s has no method %s.' % (self._name, name)) from None


def _marked_methods(endpoints):
    methods = {}
    for endpoint in endpoints:
        for name in dir(type(endpoint)):
            if not getattr(getattr(type(endpoint), name), 'rpc_method', False):
                continue
            if name in methods:
                raise ValueError('two endpoints offer %s' % name)
            methods[name] = getattr(endpoint, name)
    return methods
