# SPDX-License-Identifier: Apache-2.0
"""Connects a process to the others: by default within it, else through RabbitMQ."""
import socket
import urllib.parse

import oslo_messaging
from oslo_config import cfg
from oslo_messaging._metrics import client as metrics
from oslo_messaging._tracing import client as tracing

from praline_common import errors

# What we ask of RabbitMQ unless the URL's query says otherwise: queues that survive a broker's loss,
# a dead connection noticed within half a minute, no reply lost in silence.
_RABBIT = {
    'amqp_durable_queues': 'true',
    'rabbit_quorum_queue': 'true',
    'heartbeat_timeout_threshold': '30',
    'kombu_reconnect_delay': '0.2',
}


class Transport:
    """The way to the other parts.  `timeout` (seconds) and `workers` (threads) are what the file asks for."""

    def __init__(self, url, timeout=60, workers=8):
        self.timeout = timeout
        self.workers = workers
        self.hung_up = False
        self.met_broker = url.startswith('inprocess:')
        self._conf = private_conf()
        self._url = _with_defaults(url)
        self.messaging = oslo_messaging.get_rpc_transport(self._conf, url=self._url)

    def target(self, topic, server=None):
        return oslo_messaging.Target(exchange='praline', topic=topic, server=server)

    def seek_broker(self):
        """Unavailable when no broker listens.  Until one has answered, the library's first call would
        wait for it without end, whatever the caller's timeout."""
        if self.met_broker:
            return
        for host in oslo_messaging.TransportURL.parse(self._conf, self._url).hosts:
            try:
                socket.create_connection((host.hostname, host.port or 5672), timeout=2).close()
                return
            except OSError:
                continue
        raise errors.Unavailable('No message broker answers.')

    def hang_up(self):
        """Within one process: nobody will answer any more, so whoever waits is told at once."""
        driver = self.messaging._driver
        if hasattr(driver, 'hang_up'):
            self.hung_up = True
            driver.hang_up()

    def close(self):
        """Lets go of connections; stop the servers first."""
        self.messaging.cleanup()


def connect(conf):
    """The transport of group [rpc].  Call it after any fork: connections and threads do not survive one."""
    return Transport(conf.rpc.transport_url, timeout=conf.rpc.timeout, workers=conf.rpc.workers)


def private_conf():
    conf = cfg.ConfigOpts()
    # The library registers these on the process-wide configuration only, but reads them from ours.
    conf.register_opts(metrics.oslo_messaging_metrics, group='oslo_messaging_metrics')
    conf.register_opts(tracing.oslo_messaging_tracing, group='oslo_messaging_tracing')
    conf([], project='praline', default_config_files=[], default_config_dirs=[])
    return conf


def _with_defaults(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != 'rabbit':
        return url
    query = dict(_RABBIT, **dict(urllib.parse.parse_qsl(parts.query)))
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()
