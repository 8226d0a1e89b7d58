# SPDX-License-Identifier: Apache-2.0
"""Figures of a running guest, in the compute API's units."""
import xml.etree.ElementTree as ET

from praline_compute.drivers import base

DISK_KEYS = ('read_requests', 'read_bytes', 'write_requests', 'write_bytes', 'errors_count')
NIC_KEYS = ('rx_octets', 'rx_packets', 'rx_errors', 'rx_drop', 'tx_octets', 'tx_packets', 'tx_errors', 'tx_drop')
STATES = {1: 'running', 2: 'running', 3: 'paused'}


def collect(domain):
    """A dict as drivers/base.py names it.  WrongState when the guest is off."""
    if not domain.isActive():
        raise base.WrongState('a guest that is off has no diagnostics')
    described = ET.fromstring(domain.XMLDesc())
    state, maximum, _, vcpus, _ = domain.info()
    memory = domain.memoryStats()
    return {
        'state': STATES.get(state, 'shutdown'), 'driver': 'libvirt', 'hypervisor': described.get('type'),
        'uptime': None,
        'memory_details': {'maximum': maximum // 1024, 'used': memory.get('rss', 0) // 1024},
        'cpu_details': [{'id': number, 'time': time, 'utilisation': None}
                        for number, _, time, _ in domain.vcpus()[0]] if vcpus else [],
        'disk_details': [_named(DISK_KEYS, domain.blockStats(target.get('dev')))
                         for target in described.iterfind('devices/disk/target')],
        'nic_details': [{'mac_address': nic.find('mac').get('address'),
                         **_named(NIC_KEYS, domain.interfaceStats(nic.find('target').get('dev')))}
                        for nic in described.iterfind('devices/interface')],
    }


def _named(keys, values):
    return dict(zip(keys, values))
