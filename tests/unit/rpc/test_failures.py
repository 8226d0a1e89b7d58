# SPDX-License-Identifier: Apache-2.0
"""What the caller sees when something on the way fails, and how a server stops."""
import concurrent.futures
import logging
import threading
import time

import pytest

from praline_common import errors, rpc
from praline_common.context import Context
from praline_common.rpc import wire


class Burnt(errors.Conflict):
    """The dish is past saving."""


class Stove:
    def __init__(self):
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.served = 0

    @rpc.method
    def burn(self, ctx):
        raise Burnt('The praline is burnt.', minutes=90, at=object)

    @rpc.method
    def shortage(self, ctx):
        raise errors.OverQuota('No sugar left.', resource='sugar', used=9, limit=10, asked=2)

    @rpc.method
    def explode(self, ctx):
        raise ZeroDivisionError('a secret of the stove')

    @rpc.method
    def simmer(self, ctx):
        self.entered.set()
        self.gate.wait(10)
        self.served += 1


def test_an_expected_error_arrives_as_itself(serve, kitchen):
    serve(Stove())
    with pytest.raises(errors.OverQuota) as caught:
        kitchen.call(None, 'shortage')
    assert caught.value.message == 'No sugar left.'
    assert caught.value.details == {'resource': 'sugar', 'used': 9, 'limit': 10, 'asked': 2}


def test_details_that_cannot_travel_go_as_text(serve, kitchen):
    serve(Stove())
    with pytest.raises(Burnt) as caught:
        kitchen.call(None, 'burn')
    assert caught.value.details == {'minutes': 90, 'at': "<class 'object'>"}


def test_an_unknown_class_becomes_its_nearest_known_base():
    error = wire.unpack_error({'kind': 'Sooty', 'kinds': ['Sooty', 'NoCapacity', 'Conflict', 'Error'],
                               'message': 'm', 'details': {'reasons': ['r']}})
    assert type(error) is errors.NoCapacity and error.details == {'reasons': ['r']}


def test_an_accident_is_logged_once_and_told_without_its_inside(serve, kitchen, caplog):
    serve(Stove())
    with caplog.at_level(logging.ERROR), pytest.raises(errors.Error) as caught:
        kitchen.call(Context.internal(request_id='req-77'), 'explode')
    assert type(caught.value) is errors.Error and caught.value.status == 500
    assert 'kitchen on h1' in caught.value.message and 'req-77' in caught.value.message
    assert 'secret' not in caught.value.message and 'Traceback' not in caught.value.message
    assert [record.levelname for record in caplog.records if record.name.startswith('praline')] == ['ERROR']
    assert 'req-77' in caplog.text and 'a secret of the stove' in caplog.text


def test_a_refused_cast_leaves_a_line_in_the_log(serve, kitchen, caplog):
    server = serve(Stove())
    with caplog.at_level(logging.WARNING):
        kitchen.cast(Context.internal(request_id='req-78'), 'shortage')
        server.stop()
        server.wait()
    assert 'No sugar left.' in caplog.text and 'req-78' in caplog.text


def test_nobody_there_times_out_by_name(kitchen):
    with pytest.raises(errors.Unavailable, match='kitchen on h9 did not answer burn within 0.1 seconds'):
        kitchen.call(None, 'burn', server='h9', timeout=0.1)


def test_a_slow_server_times_out_and_serves_on(serve, kitchen):
    stove = Stove()
    serve(stove, threads=2)
    with pytest.raises(errors.Unavailable):
        kitchen.call(None, 'simmer', timeout=0.1)
    with pytest.raises(errors.OverQuota):
        kitchen.call(None, 'shortage')
    stove.gate.set()


def test_a_call_that_a_stop_cuts_off_says_so(transport, serve, kitchen):
    stove = Stove()
    serve(stove)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(kitchen.call, None, 'simmer')
        assert stove.entered.wait(10)
        transport.hang_up()
        with pytest.raises(errors.Unavailable) as cut:
            asked.result(10)
    stove.gate.set()
    assert cut.value.message == ('kitchen was asked to simmer, and this process stopped before the answer came; '
                                 'whether it was done is not known.')
    with pytest.raises(errors.Unavailable, match='kitchen was not asked to shortage: this process is stopping'):
        kitchen.call(None, 'shortage')


def test_a_stopping_server_finishes_what_it_took_and_takes_no_more(serve, kitchen):
    stove = Stove()
    server = serve(stove)
    kitchen.cast(None, 'simmer')
    assert stove.entered.wait(5)
    server.stop()
    kitchen.cast(None, 'simmer')
    stove.gate.set()
    server.wait()
    assert stove.served == 1
    serve(stove, server='h2')
    deadline = time.monotonic() + 5
    while stove.served < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert stove.served == 2
