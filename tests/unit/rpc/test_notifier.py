# SPDX-License-Identifier: Apache-2.0
"""Notifications reach whoever listens with oslo.messaging, in order, and hold nobody up while the broker is away."""
import queue

import oslo_messaging
from oslo_messaging import transport as library
import pytest

from praline_common.rpc import transport as transports
from praline_common.rpc.notifier import Notifier


class Reader:
    """An endpoint of the library's notification listener."""

    def __init__(self):
        self.heard = queue.Queue()

    def info(self, _ctxt, publisher_id, event_type, payload, _metadata):
        self.heard.put((publisher_id, event_type, payload))


@pytest.fixture
def listen():
    """listen(url) -> the queue of what is heard on topic `audit` of the exchange `keystone`."""
    started = []

    def begin(url):
        conf, reader = transports.private_conf(), Reader()
        conf.register_opts(library._transport_opts)
        conf.set_override('control_exchange', 'keystone')
        transport = oslo_messaging.get_notification_transport(conf, url=url)
        started.append(oslo_messaging.get_notification_listener(
            transport, [oslo_messaging.Target(topic='audit')], [reader]))
        started[-1].start()
        return reader.heard
    yield begin
    for listener in started:
        listener.stop()
        listener.wait()


def send(url, count=3):
    notifier = Notifier('messagingv2', url, ['audit'], 'identity.host1', exchange='keystone')
    for number in range(count):
        notifier.send('identity.user.created', {'resource_info': 'u%d' % number})
    return notifier


def expect(heard, count=3):
    assert [heard.get(timeout=20) for _ in range(count)] == [
        ('identity.host1', 'identity.user.created', {'resource_info': 'u%d' % number}) for number in range(count)]


def test_a_listener_hears_it_in_order(listen):
    heard = listen('fake:')
    assert send('fake:').flush(10)
    expect(heard)


@pytest.mark.slow
def test_a_listener_hears_it_over_rabbitmq(listen, broker):
    heard = listen(broker.url)
    assert send(broker.url).flush(20)
    expect(heard)


def test_a_broker_that_is_away_holds_nobody_up(closed_port):
    assert not send('rabbit://nobody@127.0.0.1:%d/' % closed_port).flush(0.01)


def test_what_is_too_much_for_a_broker_that_is_away_is_dropped_and_said(closed_port, caplog, monkeypatch):
    monkeypatch.setattr('praline_common.rpc.notifier.MOST', 2)
    send('rabbit://nobody@127.0.0.1:%d/' % closed_port, count=5)
    assert 'is dropped' in caplog.text
