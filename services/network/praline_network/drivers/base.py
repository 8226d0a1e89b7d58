# SPDX-License-Identifier: Apache-2.0
"""The contract of a network driver: a host's networks, told as states to reach.

Every verb may be asked again with the same words and then changes nothing; asked with other words it mends the
difference.  Verbs may be called from several threads.  A verb that fails raises errors.DriverError (the message
names the program or the command) and may be asked again.
"""
import abc


class NetworkDriver(abc.ABC):
    """One host of one cloud.  The wire objects are those of praline_common.objects.network."""

    @abc.abstractmethod
    def ensure_network(self, network):
        """The bridge (and tunnel) is there and, if this host serves its DHCP, so are DHCP server and metadata.

        `network.ports` replaces what was known of the network's ports, but a guest's port that ensure_port put here
        stays until remove_port or apply takes it away.
        On failure a network that this call began is removed again.
        """

    @abc.abstractmethod
    def remove_network(self, network_id):
        """Bridge, tunnel, DHCP server, namespace and leases are gone; nothing if unknown.

        A network on which a guest's port or a router's leg is here stays: it was asked for again meanwhile.
        """

    @abc.abstractmethod
    def ensure_port(self, network, port, groups):
        """The network is there, and the port's filters are before its tap is; {'bridge', 'tap', 'mtu'}.

        `groups`: the SecurityGroups of the port and those that their rules name.  `network.ports` is not read.
        A port bound to another host is only made known to DHCP and tunnels; its answer is {} then.
        On failure no filter of the port is changed, so an unfiltered port never comes to be.
        """

    @abc.abstractmethod
    def remove_port(self, port_id):
        """Filters, DHCP entry and connections of the port are gone, and its tap too if it still exists."""

    @abc.abstractmethod
    def ensure_groups(self, groups):
        """Rules and members of these groups hold from now on, all at once, for every port that uses them.

        Connections that a removed rule had admitted are cut.  On failure the former rules hold.
        """

    @abc.abstractmethod
    def remove_group(self, group_id):
        """The group is forgotten; Conflict while a port here uses it."""

    @abc.abstractmethod
    def ensure_router(self, router):
        """A namespace routes between the router's legs, translates floating addresses and answers metadata.

        Every leg's network is there already (ensure_network); DriverError if not.  A disabled router has no
        namespace.  Connections through a removed floating address are cut.  On failure a router that this call
        began is removed again.
        """

    @abc.abstractmethod
    def remove_router(self, router_id):
        """The namespace and all in it are gone; nothing if unknown."""

    @abc.abstractmethod
    def apply(self, host_networks, asked_at=None):
        """Make the host hold exactly this; mends drift, removes the rest.  Returns [sentence] of what was mended.

        `asked_at`: time.monotonic() of when the state was asked for; what a verb changed since then is newer than
        the state and stays as it is.  One thing's failure does not keep the others from being mended: the failures
        are raised together as one DriverError at the end.
        """

    @abc.abstractmethod
    def inventory(self):
        """What exists here of this cloud, as found and not as remembered.

        {'bridges': {name: network id or None}, 'taps': {name: {'bridge', 'port_id' or None}},
         'filters': [port id], 'groups': [group id], 'dhcp': {network id: process id},
         'leases': {network id: [{'mac', 'ip', 'hostname'}]}, 'routers': {router id: {floating ip: fixed ip}},
         'metadata': [namespace]}
        """

    @abc.abstractmethod
    def is_guest_here(self, port):
        """Whether the port is a guest's and bound to this host, so that its filters belong here."""

    @abc.abstractmethod
    def close(self):
        """Stop what lives in this process (metadata sockets); what is on the host goes on serving."""
