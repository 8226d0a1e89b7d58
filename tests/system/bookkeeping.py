# SPDX-License-Identifier: Apache-2.0
"""Whether a cloud kept what it promised, is at rest, and agrees with itself: lists of what is wrong."""
import re

from praline_common.operations.models import LIVE

COMPUTE, NETWORK = '/compute/v2.1/', '/network/v2.0/'
AT_REST = {'server': ('ACTIVE', 'SHUTOFF', 'ERROR'), 'volume': ('available', 'in-use', 'error')}


def unrest(cloud, api):
    """What is still on its way: servers, volumes, operations."""
    found = []
    for server in api.must('GET', COMPUTE + 'servers/detail')['servers']:
        if server['status'] not in AT_REST['server'] or server['OS-EXT-STS:task_state']:
            found.append('server %s is %s/%s' % (server['id'], server['status'], server['OS-EXT-STS:task_state']))
    for volume in api.must('GET', api.volume('volumes/detail'))['volumes']:
        if volume['status'] not in AT_REST['volume']:
            found.append('volume %s is %s' % (volume['id'], volume['status']))
    for service in ('compute', 'volume', 'image'):
        for row in cloud.rows(service, 'SELECT id, kind, resource_id, state FROM operations WHERE state IN %s' % (LIVE,)):
            found.append('%(kind)s of %(resource_id)s is %(state)s' % row)
    return found


def broken_promises(api, customers):
    """What is not one of the things that its customer was told."""
    there = {'server': _index(api.must('GET', COMPUTE + 'servers/detail')['servers']),
             'volume': _index(api.must('GET', api.volume('volumes/detail'))['volumes']),
             'port': _index(api.must('GET', NETWORK + 'ports')['ports']),
             'floatingip': _index(api.must('GET', NETWORK + 'floatingips')['floatingips'])}
    found = []
    for customer in customers:
        for record in customer.records:
            item = there[record.kind].get(record.id)
            if (item is None) not in record.gone:
                found.append('%s %s is %s' % (record.kind, record.id, 'gone' if item is None else 'still there'))
            for name, value in _facts(record.kind, item, there).items() if item else ():
                if False in record.gone and value not in record.facts[name]:
                    found.append('%s %s has %s %s, promised was %s' % (
                        record.kind, record.id, name, value, record.facts[name]))
    return found


def _index(items):
    return {item['id']: item for item in items}


def _facts(kind, item, there):
    """What a record could have noted of this thing."""
    if kind == 'server':
        return {'status': item['status']}
    if kind == 'volume':
        return {'server': item['attachments'][0]['server_id'] if item['attachments'] else None}
    if kind == 'port':
        return {'server': item['device_id'] or None}
    port = there['port'].get(item['port_id'])
    return {'server': port['device_id'] if port else None}


def disagreements(cloud, api):
    """Tables of different services that should say the same."""
    servers = {row['id']: row for row in cloud.rows(
        'compute', 'SELECT id, host, vcpus, ram, network_info FROM servers WHERE NOT deleted')}
    placed = {server_id for server_id, row in servers.items() if row['host']}
    found = _differences('allocations', placed, _ids(cloud, 'scheduler', 'SELECT DISTINCT consumer_id FROM allocations'))
    ports = cloud.rows('network', "SELECT id, device_id, host FROM ports WHERE device_owner LIKE 'compute:%'")
    found += _differences('servers of ports', placed, {row['device_id'] for row in ports})
    found += ['port %s is on %s, its server elsewhere' % (row['id'], row['host']) for row in ports
              if row['host'] != servers.get(row['device_id'], row)['host']]
    found += _differences('attachments', _ids(
        cloud, 'compute', 'SELECT id FROM block_devices WHERE volume_id IS NOT NULL AND server_id IN '
        '(SELECT id FROM servers WHERE NOT deleted)'), _ids(cloud, 'volume', 'SELECT id FROM attachments'))
    usage = api.must('GET', COMPUTE + 'limits')['limits']['absolute']
    found += _differences('used quota', {len(servers), sum(row['vcpus'] for row in servers.values())}, {
        usage['totalInstancesUsed'], usage['totalCoresUsed']})
    return found


def _ids(cloud, service, statement):
    return {next(iter(row.values())) for row in cloud.rows(service, statement)}


def _differences(what, one, other):
    return ['%s: %s on one side only' % (what, item) for item in sorted(one ^ other, key=str)]


# A customer may delete the volume that his attach, which got no answer, has still to take: refused, and rightly.
_GONE = re.compile(r'volume \S+ (is deleting;|could not be found)', re.IGNORECASE)


def failures(cloud):
    """Operations that ended otherwise than done or cancelled, with their cause: a kill is no reason to fail."""
    return ['%s %s of %s: %s' % (service, row['kind'], row['resource_id'], row['cause'])
            for service in ('compute', 'volume') for row in cloud.rows(
                service, "SELECT kind, resource_id, cause FROM operations WHERE state = 'failed'")
            if not (row['kind'] == 'attach_volume' and _GONE.search(row['cause'] or ''))]
