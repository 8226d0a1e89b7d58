# SPDX-License-Identifier: Apache-2.0
"""The same calls over a real RabbitMQ."""
import queue

import pytest

from praline_common import errors, rpc

pytestmark = pytest.mark.slow


class Shop:
    def __init__(self, name='h1'):
        self.name = name
        self.heard = queue.Queue()

    @rpc.method
    def echo(self, ctx, value):
        return value

    @rpc.method
    def who(self, ctx):
        return self.name

    @rpc.method
    def hear(self, ctx, value):
        self.heard.put(value)

    @rpc.method
    def refuse(self, ctx):
        raise errors.Conflict('Closed on Sunday.', day='Sunday')


@pytest.fixture(scope='module')
def far(broker):
    transport = rpc.Transport(broker.url, timeout=20)
    yield transport
    transport.close()


def test_calls_casts_and_errors_are_the_same(far, serve):
    shops = [Shop('h1'), Shop('h2')]
    for shop in shops:
        serve(shop, server=shop.name, topic='shop', on=far)
    client = rpc.Client(far, 'shop')
    value = {'a': [1, None, 'é']}
    assert client.call(None, 'echo', value=value) == value
    assert client.call(None, 'who', server='h2') == 'h2'
    with pytest.raises(errors.Conflict) as caught:
        client.call(None, 'refuse')
    assert caught.value.details == {'day': 'Sunday'}
    with pytest.raises(TypeError):
        client.call(None, 'echo', value=object())
    client.cast(None, 'hear', fanout=True, value='bell')
    assert [shop.heard.get(timeout=10) for shop in shops] == ['bell', 'bell']


def test_nobody_there_times_out_by_name(far):
    with pytest.raises(errors.Unavailable, match='nobody did not answer echo within 0.3 seconds'):
        rpc.Client(far, 'nobody').call(None, 'echo', timeout=0.3, value=1)


def test_a_broker_that_is_not_there_is_told(closed_port):
    transport = rpc.Transport('rabbit://guest:guest@127.0.0.1:%d//' % closed_port)
    client = rpc.Client(transport, 'shop', timeout=3)
    for send in (client.call, client.cast):
        with pytest.raises(errors.Unavailable, match='broker'):
            send(None, 'who')
    transport.close()
