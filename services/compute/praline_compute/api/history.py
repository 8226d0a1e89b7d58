# SPDX-License-Identifier: Apache-2.0
"""The microversions of the compute API, a line each; what each changed stands beside the operations, as Since values."""
from praline_common.api.microversion import History

# 2.1   the first version
# 2.2   types of key pairs; 201 and 204 for making and deleting one
# 2.3   more attributes of servers for admins; delete_on_termination of their volumes
# 2.4   os-fixed-ips shows what is reserved
# 2.5   servers are found by ip6 without being an admin
# 2.6   remote-consoles instead of the actions for consoles
# 2.7   no access to a flavor that is public already
# 2.8   consoles of the type webmks
# 2.9   locked of servers
# 2.10  key pairs of other users, for admins
# 2.11  services are forced down
# 2.12  (volume attachments of cells: nothing here)
# 2.13  project and user of server groups
# 2.14  evacuate without onSharedStorage
# 2.15  soft-affinity and soft-anti-affinity
# 2.16  host_status of servers
# 2.17  trigger_crash_dump
# 2.18  paths without a project
# 2.19  descriptions of servers
# 2.20  volumes of shelved servers come and go
# 2.21  actions of deleted servers
# 2.22  a live migration is forced to complete
# 2.23  migrations of one server; their type
# 2.24  a live migration is given up
# 2.25  live migration without disk_over_commit; block_migration auto
# 2.26  tags of servers
# 2.27  the header OpenStack-API-Version
# 2.28  cpu_info of hypervisors as JSON
# 2.29  evacuate with force
# 2.30  live migration with force
# 2.31  os-console-auth-tokens for every type of console
# 2.32  tags of networks and block devices
# 2.33  pages of hypervisors
# 2.34  checks before a live migration are answered by the action
# 2.35  pages of key pairs
# 2.36  the proxies for images, networks and volumes end
# 2.37  networks auto and none; one has to be named
# 2.38  a status that there is not is 400
# 2.39  the proxy for image metadata ends
# 2.40  pages of os-simple-tenant-usage
# 2.41  uuids of aggregates
# 2.42  tags of devices again
# 2.43  os-hosts ends
# 2.44  fixed and floating IP actions end
# 2.45  createImage and createBackup answer with the image's id
# 2.46  request ids in headers
# 2.47  the flavor stands in the server
# 2.48  one form of diagnostics
# 2.49  tags of what is attached
# 2.50  quotas of classes without network's
# 2.51  external events for extended volumes
# 2.52  tags when a server is made
# 2.53  uuids of services and hypervisors
# 2.54  rebuild with another key pair
# 2.55  descriptions of flavors
# 2.56  migrate to a host
# 2.57  no personality; rebuild with user data
# 2.58  pages of a server's actions
# 2.59  pages of migrations; their uuids
# 2.60  volumes of several servers
# 2.61  extra specs stand in flavors
# 2.62  host of an event, for admins
# 2.63  trusted image certificates
# 2.64  policy and rules of server groups
# 2.65  a migration that waits is given up
# 2.66  changes-before
# 2.67  volume_type of a new volume
# 2.68  evacuate and live migration without force
# 2.69  what of a cell that is down is known (nothing here has cells)
# 2.70  tags of interfaces and volumes are shown
# 2.71  server_groups of servers
# 2.72  ports that ask for resources
# 2.73  reasons for locks
# 2.74  a host for a new server
# 2.75  unknown words of queries are refused; update and rebuild answer like show
# 2.76  events for power states
# 2.77  unshelve into a zone
# 2.78  topology of a server
# 2.79  delete_on_termination of what is attached
# 2.80  user and project of migrations
# 2.81  images are cached on an aggregate
# 2.82  events for accelerators
# 2.83  more filters of servers for users
# 2.84  details of an event
# 2.85  delete_on_termination may change
# 2.86  extra specs are checked
# 2.87  rescue of a server that boots from a volume
# 2.88  hypervisors without statistics; their servers and uptime within
# 2.89  attachment_id and bdm_uuid of a volume attachment, no id
# 2.90  hostname of servers
# 2.91  unshelve onto a host, or out of a zone
# 2.92  key pairs are not made here, only taken; their names may have @ and dots
# 2.93  rebuild of what boots from a volume
# 2.94  full names as hostname
# 2.95  an evacuated server is stopped
# 2.96  pinned_availability_zone of servers
# 2.97  shares of servers
# 2.98  properties of the image in servers
# 2.99  consoles of the type spice-direct; tls_port of their tokens
# 2.100 scheduler_hints of servers
# 2.101 attaching a volume is 202
# 2.102 flavors by name, without rxtx_factor and disabled; unknown words of every query are refused
# 2.103 os-volumes_boot ends
# 2.104 pinned_availability_zone may change
HISTORY = History('compute', '2.1', '2.104', legacy_header='X-OpenStack-Nova-API-Version')
