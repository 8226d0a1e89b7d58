# SPDX-License-Identifier: Apache-2.0
"""Figures of a running guest: /servers/{id}/diagnostics; one flat dict until 2.47, a described one from 2.48 on."""
from praline_common import errors, policy
from praline_common.api.rest import Controller, operation
from praline_compute import states
from praline_compute.db import servers

_DISK = {'read_requests': '_read_req', 'read_bytes': '_read', 'write_requests': '_write_req', 'write_bytes': '_write',
         'errors_count': '_errors'}
_NIC = {'rx_octets': '_rx', 'rx_packets': '_rx_packets', 'rx_errors': '_rx_errors', 'rx_drop': '_rx_drop',
        'tx_octets': '_tx', 'tx_packets': '_tx_packets', 'tx_errors': '_tx_errors', 'tx_drop': '_tx_drop'}
_CPU = ('id', 'time', 'utilisation')
_RATES = ('rx_rate', 'tx_rate')


class Diagnostics(Controller):

    @operation('os_compute_api:os-server-diagnostics', policy=policy.ADMIN, item=servers.get)
    def get_all(self, req, server):
        if server['vm_state'] == states.BUILDING or not server['host']:
            raise errors.Conflict('Instance %s is not ready' % server['id'])
        if server['vm_state'] not in (states.ACTIVE, states.PAUSED, states.RESCUED, states.RESIZED):
            raise errors.Conflict("Cannot 'get_diagnostics' instance %s while it is in vm_state %s"
                                  % (server['id'], server['vm_state']))
        found = self.runtime.agents.call(req.context, 'diagnostics', server=server['agent'], host=server['host'],
                                         uuid=server['id'])
        return _flat(found) if req.version < (2, 48) else _described(found, server)


def _flat(found):
    shown = {'cpu%s_time' % cpu['id']: cpu['time'] for cpu in found['cpu_details']}
    for number, disk in enumerate(found['disk_details']):
        name = disk.get('device') or 'vd' + chr(ord('a') + number)
        shown.update({name + suffix: disk[key] for key, suffix in _DISK.items() if key in disk})
    for nic in found['nic_details']:
        name = nic.get('name') or 'tap' + nic['mac_address'].replace(':', '')
        shown.update({name + suffix: nic[key] for key, suffix in _NIC.items() if key in nic})
    memory = found['memory_details']
    return {**shown, 'memory': memory['maximum'] * 1024, 'memory-actual': memory['maximum'] * 1024,
            'memory-rss': (memory['used'] or 0) * 1024}


def _described(found, server):
    return {'state': found['state'], 'driver': 'libvirt', 'hypervisor': found['hypervisor'], 'hypervisor_os': None,
            'uptime': found['uptime'], 'config_drive': server['config_drive'] == 'True',
            'num_cpus': len(found['cpu_details']), 'num_nics': len(found['nic_details']),
            'num_disks': len(found['disk_details']), 'memory_details': found['memory_details'],
            'cpu_details': [{key: cpu.get(key) for key in _CPU} for cpu in found['cpu_details']],
            'disk_details': [{key: disk.get(key) for key in _DISK} for disk in found['disk_details']],
            'nic_details': [{key: nic.get(key) for key in ('mac_address', *_NIC, *_RATES)}
                            for nic in found['nic_details']]}
