# SPDX-License-Identifier: Apache-2.0
"""Calls, casts and fan-out, with what may and may not cross."""
import concurrent.futures
import queue
import time
import uuid

import pytest

from praline_common import errors, rpc
from praline_common.context import Context
from praline_common.objects import base


@base.register
class Dish(base.WireObject):
    VERSION = '1.0'
    fields = {'name': base.fields.StringField(), 'grams': base.fields.IntegerField(nullable=True)}


class Kitchen:
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
    def spoil(self, ctx, order):
        order['items'].append('salt')
        self.kept = order
        return order

    @rpc.method
    def asker(self, ctx):
        return ctx.to_wire()

    @rpc.method
    def weigh(self, ctx, dishes):
        assert all(isinstance(dish, Dish) for dish in dishes['all'])
        return {'first': dishes['all'][0], 'total': sum(dish.grams for dish in dishes['all'])}

    @rpc.method
    def leak(self, ctx):
        return object()

    def secret(self, ctx):
        return 'open'


def test_any_json_value_comes_back_as_it_went(serve, kitchen):
    serve(Kitchen())
    for value in (None, 0, 'é', [1, [2.5]], {'a': {'b': [True, None]}}, {'object-0': 1}):
        assert kitchen.call(None, 'echo', value=value) == value


def test_the_server_changes_only_its_own_copy(serve, kitchen):
    cook = Kitchen()
    serve(cook)
    order = {'items': ['flour']}
    answer = kitchen.call(None, 'spoil', order=order)
    assert order == {'items': ['flour']}
    answer['items'].append('sugar')
    assert cook.kept == {'items': ['flour', 'salt']}


def test_what_is_not_json_is_refused_at_the_sender(serve, kitchen):
    serve(Kitchen())
    for value in (object(), {1: 2}, {'s': {1}}):
        with pytest.raises(TypeError):
            kitchen.call(None, 'echo', value=value)


def test_a_result_that_is_not_json_is_the_servers_accident(serve, kitchen, caplog):
    serve(Kitchen())
    with pytest.raises(errors.Error) as caught:
        kitchen.call(None, 'leak', timeout=60)
    assert caught.value.status == 500 and 'kitchen on h1' in caught.value.message
    assert 'object cannot travel' in caplog.text


def test_wire_objects_travel_inside_lists_and_dicts(serve, kitchen):
    serve(Kitchen())
    dishes = {'all': [Dish(name='praline', grams=12), Dish(name='nut', grams=3)]}
    answer = kitchen.call(None, 'weigh', dishes=dishes)
    assert answer['total'] == 15
    assert isinstance(answer['first'], Dish) and answer['first'].name == 'praline'


def test_user_data_cannot_pass_for_an_object(serve, kitchen):
    serve(Kitchen())
    forged = {'versioned_object.name': 'Dish', 'versioned_object.version': '1.0',
              'versioned_object.namespace': 'praline', 'versioned_object.data': {'name': 'poison'}}
    assert kitchen.call(None, 'echo', value=[forged, Dish(name='nut')])[0] == forged


def test_only_marked_methods_answer(serve, kitchen):
    serve(Kitchen())
    for name in ('secret', '__init__', 'name', 'nothing'):
        with pytest.raises(errors.Error, match='has no method ' + name):
            kitchen.call(None, name)


def test_two_endpoints_may_not_offer_one_name(transport):
    with pytest.raises(ValueError, match='two endpoints offer'):
        rpc.Server(transport, 'kitchen', 'h1', [Kitchen(), Kitchen()])


def test_the_context_travels_and_none_means_the_system(serve, kitchen):
    serve(Kitchen())
    ctx = Context(user_id='u', project_id='p', roles=['member'], request_id='req-1', overwrite=False)
    assert kitchen.call(ctx, 'asker') == ctx.to_wire()
    internal = kitchen.call(None, 'asker')
    assert internal['is_admin'] and internal['request_id'].startswith('req-')


def test_a_named_server_gets_its_own_calls(serve, kitchen):
    for name in ('h1', 'h2'):
        serve(Kitchen(name), server=name)
    assert [kitchen.call(None, 'who', server=name) for name in ('h1', 'h2', 'h1')] == ['h1', 'h2', 'h1']


def test_the_servers_of_a_topic_take_turns(serve, kitchen):
    for name in ('h1', 'h2'):
        serve(Kitchen(name), server=name)
    assert sorted(kitchen.call(None, 'who') for _ in range(10)) == ['h1'] * 5 + ['h2'] * 5


def test_fanout_reaches_each_server_once(serve, kitchen):
    cooks = [Kitchen(name) for name in ('h1', 'h2', 'h3')]
    for cook in cooks:
        serve(cook, server=cook.name)
    kitchen.cast(None, 'hear', fanout=True, value='bell')
    kitchen.cast(None, 'hear', fanout=True, value='end')
    for cook in cooks:
        assert {cook.heard.get(timeout=60), cook.heard.get(timeout=5)} == {'bell', 'end'}
        assert cook.heard.empty()


def test_a_cast_waits_for_its_server(serve, kitchen):
    kitchen.cast(None, 'hear', server='h1', value='early')
    cook = Kitchen()
    serve(cook)
    assert cook.heard.get(timeout=60) == 'early'


def test_a_call_that_was_given_up_is_not_served_later(serve, kitchen):
    with pytest.raises(errors.Unavailable):
        kitchen.call(None, 'hear', timeout=0.05, value='stale')
    cook = Kitchen()
    serve(cook)
    kitchen.call(None, 'hear', value='fresh')
    assert cook.heard.get_nowait() == 'fresh' and cook.heard.empty()


def test_sixteen_threads_get_their_own_answers(serve, kitchen):
    serve(Kitchen('h1'), server='h1')
    serve(Kitchen('h2'), server='h2')

    def ask(number):
        values = [{'thread': number, 'turn': turn, 'salt': uuid.uuid4().hex} for turn in range(50)]
        return all(kitchen.call(None, 'echo', value=value) == value for value in values)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(16)))


def test_an_idle_server_uses_no_processor(serve, kitchen):
    serve(Kitchen())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda value: kitchen.call(None, 'echo', value=value), range(64)))
    before = time.process_time()
    time.sleep(1.2)     # nothing to wait for: the absence of work is what is measured
    assert time.process_time() - before < 0.02
