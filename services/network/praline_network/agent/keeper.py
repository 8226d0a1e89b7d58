# SPDX-License-Identifier: Apache-2.0
"""What the agent does by itself: it tells that it lives, and keeps the host as the service wants it."""
import logging
import threading
import time

from praline_common import errors
from praline_network.agent import drift

LOG = logging.getLogger(__name__)
BINARY = 'praline-network-agent'
TYPES = ('Linux bridge agent', 'DHCP agent', 'L3 agent', 'Metadata agent')


class Keeper:
    """`contract`: contracts.network; `told`: what the reports say of this host.

    One comparison runs at a time, and serves all who asked before it began.
    """

    def __init__(self, driver, contract, host, told):
        self._driver, self._contract, self._host, self._told = driver, contract, host, told
        self._lock, self._running = threading.Lock(), threading.Lock()
        self._asked = self._begun = self._served = 0
        self._trouble = None

    def start(self):
        """Before the first call is answered: the host is made as it should be, or the next round does it."""
        try:
            self.report()
            self.sync()
        except errors.Error as error:
            LOG.warning('networks of this host are not compared yet: %s', error.message)

    def stop(self):
        """What is on the host stays and goes on serving; only metadata needs this process."""
        self._driver.close()

    def report(self):
        """Each of the agents that clients know is alive; `configurations` says what is wrong here."""
        told = dict(self._told, trouble=self._trouble)
        for agent_type in TYPES:
            self._contract.report_agent(None, self._host, {
                'agent_type': agent_type, 'binary': BINARY, 'configurations': told, 'version': 1})

    def sync(self):
        """The host holds what it should; returns [what was mended].

        DriverError with everything that could not be mended, after the rest was.
        """
        with self._lock:
            self._asked += 1
            mine = self._asked
        with self._running:
            with self._lock:
                if self._served >= mine:
                    return []
                self._begun = self._asked
            mended = self._compare()
            self._served = self._begun
            return mended

    def audit(self, repair):
        """[{'kind', 'id', 'detail', 'repaired'}]: where the host is not as it should be."""
        found = self._drift()
        if found:
            # What was on its way during the first look has arrived by the second.
            again = self._drift()
            found = [item for item in found if item in again]
        if not found or not repair:
            return [dict(item, repaired=False) for item in found]
        self.sync()
        left = {(item['kind'], item['id']) for item in self._drift()}
        return [dict(item, repaired=(item['kind'], item['id']) not in left) for item in found]

    def _drift(self):
        return drift.drift(self._contract.desired_state(None, self._host), self._driver.inventory(),
                           self._driver.is_guest_here, self._told['bridge_mappings'])

    @property
    def waiting(self):
        """How many wait for a comparison that has not begun."""
        with self._lock:
            return self._asked - self._begun

    def _compare(self):
        asked_at = time.monotonic()
        desired = self._contract.desired_state(None, self._host)
        try:
            mended = self._driver.apply(desired, asked_at)
        except errors.DriverError as error:
            if error.message != self._trouble:
                LOG.error('networks of this host cannot be made as they should be: %s', error.message)
            self._trouble = error.message
            raise
        self._trouble = None
        return mended
