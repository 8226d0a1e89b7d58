# SPDX-License-Identifier: Apache-2.0
"""Hosts of the availability zone asked for."""


class Zone:

    def keep(self, request, hosts):
        zone = request.availability_zone
        if zone is None:
            return hosts, []
        kept = [item for item in hosts if item.host.availability_zone == zone]
        left = len(hosts) - len(kept)
        return kept, ['%d outside availability zone %s' % (left, zone)] if left else []
