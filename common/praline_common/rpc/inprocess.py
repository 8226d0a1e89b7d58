# SPDX-License-Identifier: Apache-2.0
"""An oslo.messaging driver for parts of one process (`inprocess://`): no broker, no polling, no shared objects.

It behaves like a broker: a message waits for its server, one of the servers of a topic takes it in turn,
each end sees its own copy (JSON there and back).  Transports of one process with the same URL share a bus.
"""
import collections
import functools
import itertools
import queue
import threading

import orjson
import oslo_messaging
from oslo_messaging._drivers import base


_ids = itertools.count(1)


class Incoming(base.RpcIncomingMessage):
    """A message as its server sees it, decoded in the server's thread."""

    def __init__(self, delivery, put_back):
        self.client_timeout = None      # the caller is in this process: it needs no sign of life
        self.msg_id = delivery.id
        self._delivery = delivery
        self._put_back = put_back

    @functools.cached_property
    def _decoded(self):
        return orjson.loads(self._delivery.payload)

    @property
    def ctxt(self):
        return self._decoded[0]

    @property
    def message(self):
        return self._decoded[1]

    def reply(self, reply=None, failure=None):
        answers = self._delivery.answers
        if answers is None:
            return
        if failure:
            answers.put((None, failure[1]))
            return
        try:
            answers.put((_encode(reply), None))
        except TypeError as exc:
            answers.put((None, exc))

    def requeue(self):
        self._put_back(self._delivery)

    def heartbeat(self):
        pass


class Delivery:
    """One message on its way: payload is its JSON, answers a queue of (payload, failure) or None for a cast."""

    __slots__ = ('id', 'address', 'payload', 'answers')

    def __init__(self, address, payload, answers):
        self.id = str(next(_ids))
        self.address = address
        self.payload = payload
        self.answers = answers


class Bus:
    """Who listens where, and what waits for a listener.  An address is (exchange, topic, server or None)."""

    def __init__(self):
        self.users = 0
        self.closed = False
        self._calls = set()
        self._lock = threading.Lock()
        self._listeners = collections.defaultdict(collections.deque)
        self._waiting = collections.defaultdict(collections.deque)

    def send(self, delivery):
        with self._lock:
            listeners = self._listeners.get(delivery.address)
            if not listeners:
                self._waiting[delivery.address].append(delivery)
                return
            listeners.rotate(-1)
            self._hand_over(listeners[-1], delivery)

    def hang_up(self):
        """The process stops: calls that wait for an answer, and all later ones, fail now."""
        with self._lock:
            self.closed = True
            for answers in self._calls:
                answers.put((None, oslo_messaging.MessagingTimeout('this process stops')))

    def expect(self, answers):
        with self._lock:
            if self.closed:
                raise oslo_messaging.MessagingTimeout('this process stops')
            self._calls.add(answers)

    def settle(self, answers):
        with self._lock:
            self._calls.discard(answers)

    def send_to_all(self, delivery):
        """One copy for each listener there is now; nobody hears it later."""
        with self._lock:
            for listener in tuple(self._listeners.get(delivery.address, ())):
                self._hand_over(listener, delivery)

    def withdraw(self, delivery):
        """Its caller gave up: nobody need take it from the queue any more."""
        with self._lock:
            waiting = self._waiting.get(delivery.address, ())
            if delivery in waiting:
                waiting.remove(delivery)
                if not waiting:
                    del self._waiting[delivery.address]

    def join(self, listener):
        with self._lock:
            for address in listener.addresses:
                self._listeners[address].append(listener)
                for delivery in self._waiting.pop(address, ()):
                    self._hand_over(listener, delivery)

    def leave(self, listener):
        """After this nothing more is handed to the listener."""
        with self._lock:
            for address in listener.addresses:
                if listener in self._listeners[address]:
                    self._listeners[address].remove(listener)

    def _hand_over(self, listener, delivery):
        listener.on_incoming_callback([Incoming(delivery, self.send)])


class Listener(base.Listener):
    """A server's ear: messages go from the sender's thread straight to the server's pool."""

    def __init__(self, bus, addresses):
        super().__init__(batch_size=1, batch_timeout=None)
        self.addresses = addresses
        self._bus = bus

    def start(self, on_incoming_callback):
        super().start(on_incoming_callback)
        self._bus.join(self)

    def stop(self):
        self._bus.leave(self)
        super().stop()

    def cleanup(self):
        pass


_buses = {}
_buses_lock = threading.Lock()


class InProcessDriver(base.BaseDriver):
    """Calls, casts and fan-out between the threads of one process."""

    def __init__(self, conf, url, default_exchange=None, allowed_remote_exmods=None):
        super().__init__(conf, url, default_exchange, allowed_remote_exmods)
        self._name = str(url)
        with _buses_lock:
            self._bus = _buses.setdefault(self._name, Bus())
            self._bus.users += 1

    def require_features(self, requeue=True):
        pass

    def send(self, target, ctxt, message, wait_for_reply=None, timeout=None, call_monitor_timeout=None,
             retry=None, transport_options=None):
        """Delivers; for a call returns the reply or raises what the server raised, MessagingTimeout when late.

        call_monitor_timeout and retry have no meaning without a network.  TypeError for what is not JSON.
        """
        address = self._address(target, None if target.fanout else target.server)
        answers = queue.SimpleQueue() if wait_for_reply else None
        delivery = Delivery(address, _encode((ctxt, message)), answers)
        if answers is None:
            (self._bus.send_to_all if target.fanout else self._bus.send)(delivery)
            return None
        self._bus.expect(answers)
        try:
            self._bus.send(delivery)
            payload, failure = answers.get(timeout=timeout)
        except queue.Empty:
            self._bus.withdraw(delivery)
            raise oslo_messaging.MessagingTimeout('No reply on topic %s' % target.topic) from None
        finally:
            self._bus.settle(answers)
        if failure is not None:
            raise failure
        return orjson.loads(payload)

    def hang_up(self):
        self._bus.hang_up()

    def send_notification(self, target, ctxt, message, version, retry=None):
        raise NotImplementedError('inprocess:// carries calls, not notifications')

    def listen(self, target, batch_size, batch_timeout):
        addresses = (self._address(target, None), self._address(target, target.server))
        return Listener(self._bus, addresses)

    def listen_for_notifications(self, targets_and_priorities, pool, batch_size, batch_timeout):
        raise NotImplementedError('inprocess:// carries calls, not notifications')

    def cleanup(self):
        """The last transport to go takes the bus and what still waits on it."""
        with _buses_lock:
            self._bus.users -= 1
            if self._bus.users == 0:
                _buses.pop(self._name, None)

    def _address(self, target, server):
        return target.exchange or self._default_exchange, target.topic, server


def _encode(value):
    return orjson.dumps(value)
