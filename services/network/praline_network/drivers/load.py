# SPDX-License-Identifier: Apache-2.0
"""Makes the driver that the configuration names."""
import os

from praline_common import errors
from praline_network.drivers import fake
from praline_network.drivers import linuxbridge


def load(conf, metadata):
    """A `base.NetworkDriver`; the host is not touched until it is asked something."""
    own, directory = conf.network, os.path.join(os.path.abspath(conf.state), 'network')
    if own.driver == 'fake':
        return fake.FakeDriver(directory, conf.host, any_host=True)
    return linuxbridge.Driver(linuxbridge.Options(
        state_dir=directory, cloud_id=conf.cloud_id, hostname=conf.host, local_ip=own.tunnel_ip or None,
        physical_bridges=mappings(own.bridge_mappings), host_gateway=own.host_gateway,
        masquerade=own.masquerade), metadata)


def mappings(texts):
    """{physical network: bridge} of ['physical network:bridge']."""
    found = {}
    for text in texts:
        physical, colon, bridge = text.partition(':')
        if not (physical and colon and bridge):
            raise errors.Error('bridge_mappings: %r is not of the form physical_network:bridge.' % text)
        found[physical] = bridge
    return found
