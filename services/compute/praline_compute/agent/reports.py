# SPDX-License-Identifier: Apache-2.0
"""What an agent says by itself: that it lives, what its hosts have, and which guests changed their power state."""
import logging
import threading

from praline_common import errors
from praline_compute.drivers import base

LOG = logging.getLogger(__name__)
RUNNING = 'running'


class Reports:
    """drivers: {host: driver}.  A host's report costs a look at its hypervisor; what did not change is not sent."""

    def __init__(self, runtime, agent, drivers):
        self._runtime, self._compute, self._agent, self._drivers = runtime, runtime.contracts.compute, agent, drivers
        self._ctx, self._begun = None, False
        self._known, self._lock = {}, threading.Lock()

    def begin(self, ctx):
        """Called once before the agent serves."""
        self._ctx = ctx

    def report_hosts(self):
        """The sign of life.  The first one that arrives is followed by starting what should run."""
        found = [self._report(host, driver) for host, driver in self._drivers.items()]
        self._compute.report_hosts(self._ctx, self._agent, [report for report in found if report is not None])
        if not self._begun:
            self._begun = True
            self._resume()

    def _report(self, host, driver):
        try:
            return driver.host_report(host)
        except base.DriverError as error:
            LOG.warning('%s gives no report: %s', host, error)
            return None

    def report_power(self):
        """Send the guests whose power state is not what was last sent."""
        for host, driver in self._drivers.items():
            try:
                found = driver.guests()
            except base.DriverError as error:
                LOG.warning('the guests of %s cannot be looked at: %s', host, error)
                continue
            now = {uuid: state.power_state for uuid, state in found.items()}
            with self._lock:
                before = self._known.get(host, {})
                self._known[host] = now
            changed = {uuid: found[uuid] for uuid, power in now.items() if before.get(uuid) != power}
            if changed:
                self._compute.report_power(self._ctx, host, changed)

    def expect(self, host, uuid):
        """A guest was built or started on request: its present state is known to the worker."""
        with self._lock:
            self._known.setdefault(host, {})[uuid] = 1

    def forget(self, host, uuid):
        with self._lock:
            self._known.get(host, {}).pop(uuid, None)

    def _resume(self):
        """After the host was restarted: start the guests that should run and do not."""
        if not self._runtime.options.resume_guests:
            return
        for host, driver in self._drivers.items():
            try:
                wanted = self._compute.desired_guests(self._ctx, host)
                found = driver.guests() if wanted else {}
            except (errors.Error, base.DriverError) as error:
                LOG.warning('what should run on %s is not known: %s', host, error)
                continue
            for uuid, power in wanted.items():
                if power == RUNNING and uuid in found and found[uuid].power_state == 4:
                    self._start(host, driver, uuid)

    def _start(self, host, driver, uuid):
        try:
            driver.start(uuid)
            LOG.info('guest %s runs again on %s', uuid, host)
        except base.DriverError as error:
            LOG.warning('guest %s does not start on %s: %s', uuid, host, error)
