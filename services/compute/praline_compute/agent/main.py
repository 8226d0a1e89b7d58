# SPDX-License-Identifier: Apache-2.0
"""Starts a host's agent: its driver, its endpoint, its reports."""
import os

from praline_common.context import Context
from praline_common.service import Agent
from praline_compute import drivers
from praline_compute.agent import cache
from praline_compute.agent.endpoint import Endpoint
from praline_compute.agent.images import Images
from praline_compute.agent.reports import Reports
from praline_compute.drivers.base import Options

HOUR = 3600


def agent(runtime):
    """The agent under the name of this machine's `host` option; with the fake driver it serves several hosts."""
    conf, options = runtime.conf, runtime.options
    hosts = host_names(conf.host, options)
    directory = os.path.abspath(conf.state)
    driver = drivers.load(options.driver, Options(
        state_dir=directory, cloud_id=conf.cloud_id, hostname=conf.host, uri=options.libvirt_uri,
        virt_type=options.virt_type, initiator=options.initiator, host_ip=options.host_ip))
    drivers_of = {host: driver.on(host) if hasattr(driver, 'on') else driver for host in hosts}
    images = Images(runtime.contracts, os.path.join(directory, 'instances', '_incoming'))
    reports = Reports(runtime, conf.host, drivers_of)
    endpoint = Endpoint(drivers_of, images, reports, needs_images=options.driver != 'fake')
    periodics = [(options.report_interval, reports.report_hosts), (options.power_interval, reports.report_power)]
    if options.driver != 'fake':
        instances = os.path.join(directory, 'instances')
        periodics.append((HOUR, lambda: cache.clean(instances, options.image_cache_hours)))
    return Agent(server=conf.host, endpoints=[endpoint], periodics=periodics,
                 start=lambda: reports.begin(Context.internal()))


def host_names(host, options):
    """The hosts that this agent serves; more than one only with the fake driver."""
    if options.driver != 'fake':
        return [host]
    return [host if number == 0 else '%s-%d' % (host, number) for number in range(options.fake_hosts)]
