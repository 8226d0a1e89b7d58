# SPDX-License-Identifier: Apache-2.0
"""The in-process driver under the library's own client and server."""
import queue
import uuid

import oslo_messaging
import pytest

from praline_common import rpc

TARGET = oslo_messaging.Target(exchange='x', topic='t', server='s')


@pytest.fixture
def driver(transport):
    return transport.messaging._driver


@pytest.fixture
def heard(driver):
    """The messages that a raw listener on TARGET hears."""
    heard = queue.Queue()
    listener = driver.listen(TARGET, 1, None)
    listener.start(lambda incoming: heard.put(incoming[0]))
    yield heard
    listener.stop()
    listener.cleanup()


def test_a_requeued_message_comes_again(driver, heard):
    driver.send(TARGET, {}, {'n': 1})
    heard.get(timeout=60).requeue()
    assert heard.get(timeout=60).message == {'n': 1}


def test_each_hearing_of_a_message_is_a_fresh_copy(driver, heard):
    message = {'n': [1]}
    driver.send(TARGET, {'c': 1}, message)
    first = heard.get(timeout=60)
    first.message['n'].append(2)
    first.requeue()
    again = heard.get(timeout=60)
    assert again.message == {'n': [1]} and again.ctxt == {'c': 1} and message == {'n': [1]}


def test_what_is_not_json_is_refused(driver):
    with pytest.raises(TypeError, match='JSON'):
        driver.send(TARGET, {}, {'n': object()})


def test_a_call_monitor_timeout_is_accepted(driver, heard):
    with pytest.raises(oslo_messaging.MessagingTimeout):
        driver.send(TARGET, {}, {}, wait_for_reply=True, timeout=0.02, call_monitor_timeout=1)


def test_a_stopped_listener_hears_nothing(driver):
    heard = []
    listener = driver.listen(TARGET, 1, None)
    listener.start(heard.append)
    listener.stop()
    driver.send(TARGET, {}, {'n': 1})
    assert heard == []


def test_transports_with_one_url_meet_and_others_do_not():
    url = 'inprocess://%s/' % uuid.uuid4().hex
    here, there, apart = rpc.Transport(url), rpc.Transport(url), rpc.Transport(url.replace('://', '://x'))
    heard = []
    listener = there.messaging._driver.listen(TARGET, 1, None)
    listener.start(heard.extend)
    here.messaging._driver.send(TARGET, {}, {'n': 1})
    apart.messaging._driver.send(TARGET, {}, {'n': 2})
    apart.close()
    here.messaging._driver.send(TARGET, {}, {'n': 3})
    listener.stop()
    here.close()
    there.close()
    assert [each.message for each in heard] == [{'n': 1}, {'n': 3}]
