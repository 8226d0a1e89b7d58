# SPDX-License-Identifier: Apache-2.0
"""Sends notifications through oslo.messaging's Notifier, on a thread of its own where a broker is asked."""
import atexit
import logging
import queue
import threading

import oslo_messaging
from oslo_messaging import transport as library

from praline_common.rpc import transport as transports

LOG = logging.getLogger(__name__)
# Events that wait for a broker which does not answer; what comes beyond is dropped, and said so.
MOST = 10000
LAST_SECONDS = 2.0


class Notifier:
    """send(event_type, payload) never fails and never waits.

    driver: 'log' writes them to the log, 'messagingv2' gives them to the broker of the URL; topics: names of
    queues in this exchange; publisher: '<service>.<host>'.  What the URL does not say of the queues is as the
    library has it, because those who read them declare them so too.
    """

    def __init__(self, driver, url, topics, publisher, exchange='openstack'):
        conf = transports.private_conf()
        conf.register_opts(library._transport_opts)
        conf.set_override('control_exchange', exchange)
        transport = oslo_messaging.get_notification_transport(conf, url=url if driver != 'log' else 'fake:')
        self._notifier = oslo_messaging.Notifier(transport, publisher_id=publisher, driver=driver, topics=topics)
        # A broker that is away is waited for as long as it takes: None says so to the library all the way down,
        # where its own -1 for "always" means "once" while there is no connection yet.
        self._notifier.retry = None
        self._waiting, self._thread = None, None
        self._lock = threading.Lock()
        if driver != 'log':
            self._waiting = queue.Queue(MOST)

    def send(self, event_type, payload):
        if self._waiting is None:
            self._tell(event_type, payload)
            return
        self._begin()
        try:
            self._waiting.put_nowait((event_type, payload))
        except queue.Full:
            LOG.error('%d notifications wait for the broker; %s is dropped: %s', MOST, event_type, payload)

    def flush(self, seconds=LAST_SECONDS):
        """Wait so long at most until everything is sent; whether it is."""
        if self._waiting is None:
            return True
        with self._waiting.all_tasks_done:
            return self._waiting.all_tasks_done.wait_for(lambda: not self._waiting.unfinished_tasks, seconds)

    def _begin(self):
        """The thread, made when it is first needed: after any fork."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name='notifications', daemon=True)
                    self._thread.start()
                    atexit.register(self.flush)

    def _run(self):
        while True:
            event_type, payload = self._waiting.get()
            self._tell(event_type, payload)
            self._waiting.task_done()

    def _tell(self, event_type, payload):
        try:
            self._notifier.info({}, event_type, payload)
        except Exception:    # the broker's library has no common base for its failures
            LOG.exception('the notification %s was not sent: %s', event_type, payload)
