# SPDX-License-Identifier: Apache-2.0
"""Networks by what the Linux kernel has: bridges, namespaces, nftables; and dnsmasq."""
from praline_network.drivers.linuxbridge.driver import Driver
from praline_network.drivers.linuxbridge.driver import Options

__all__ = ['Driver', 'Options']
