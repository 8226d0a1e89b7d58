# SPDX-License-Identifier: Apache-2.0
"""The agent on a host with networks: answers the service, reports, resyncs, and serves metadata."""
from praline_common import service
from praline_network.agent.answers import Answers
from praline_network.agent.endpoint import Endpoint
from praline_network.agent.keeper import Keeper
from praline_network.drivers import load


def agent(runtime):
    """The Agent of this host."""
    conf, options = runtime.conf, runtime.options
    driver = load.load(conf, Answers(runtime.contracts))
    keeper = Keeper(driver, runtime.contracts.network, conf.host, {
        'tunneling_ip': options.tunnel_ip or None, 'tunnel_types': ['vxlan'] if options.tunnel_ip else [],
        'bridge_mappings': load.mappings(options.bridge_mappings), 'any_host': options.driver == 'fake'})
    return service.Agent(
        server=conf.host,
        endpoints=[Endpoint(driver, keeper)],
        periodics=[(options.report_interval, keeper.report), (options.resync_interval, keeper.sync)],
        start=keeper.start,
        stop=keeper.stop)
