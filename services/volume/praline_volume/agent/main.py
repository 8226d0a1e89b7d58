# SPDX-License-Identifier: Apache-2.0
"""The agent beside the volumes: answers the service, reports its room, keeps its exports true."""
import logging
import os

from praline_common import errors
from praline_common import service
from praline_volume import conf as options
from praline_volume.agent import endpoint
from praline_volume.agent import target
from praline_volume.drivers import load

LOG = logging.getLogger(__name__)
EXPORT_INTERVAL = 10
COMPARE_ROUNDS = 30


def agent(runtime):
    """The Agent of this host."""
    conf = runtime.conf
    driver = load.load(conf)
    keeper = Keeper(runtime, driver)
    return service.Agent(
        server=conf.host,
        endpoints=[endpoint.Endpoint(driver, runtime.contracts.image, os.path.join(options.directory(conf), 'copies'))],
        periodics=[(EXPORT_INTERVAL, keeper.keep_exports), (runtime.options.report_interval, keeper.report)],
        start=keeper.start)


class Keeper:
    """What the agent does by itself."""

    def __init__(self, runtime, driver):
        self._runtime, self._conf, self._driver = runtime, runtime.conf, driver
        self._host = f'{self._conf.host}@{options.backend_name(self._conf)}'
        self._trouble = self._life = None
        self._rounds = 0

    def start(self):
        """Before the first call is answered: what tgtd forgot is exported again."""
        try:
            self.keep_exports()
        except errors.Error as error:
            LOG.error('volumes of this host cannot be reached: %s', error.message)

    def keep_exports(self):
        """tgtd runs, and serves what it should."""
        if self._conf.volume.driver == 'fake':
            return
        socket = options.tgt_socket(self._conf)
        if self._conf.volume.target_start:
            target.ensure_running(options.portal(self._conf), socket, self._conf.state)
        # A tgtd that started anew has a new socket; comparing everything all the time would cost too much.
        self._rounds += 1
        life = target.life(socket)
        if life == self._life and self._rounds % COMPARE_ROUNDS:
            return
        made = self._driver.ensure_exports()
        self._life = life
        if made:
            LOG.warning('exported again after a restart of tgtd: %s', ', '.join(made))

    def report(self):
        """The host lives, has so much room, and what is wrong with it."""
        try:
            self._driver.check()
            trouble = None
        except errors.Error as error:
            trouble = error.message
        if trouble and trouble != self._trouble:
            LOG.error('the volume back end %s does not work: %s', self._host, trouble)
        self._trouble = trouble
        self._runtime.own.cast(None, 'report_backend', host=self._host, report={
            'backend_name': options.backend_name(self._conf), 'driver': self._conf.volume.driver,
            'zone': self._conf.volume.availability_zone, 'trouble': trouble,
            'oversubscription': self._conf.volume.oversubscription, **self._capacity()})

    def _capacity(self):
        try:
            return self._driver.capacity()
        except errors.Error:
            return {'total_gb': 0.0, 'free_gb': 0.0}
