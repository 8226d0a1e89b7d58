# SPDX-License-Identifier: Apache-2.0
"""What other services, and network's own agents, may ask of network.

A port travels as a dict in the API's field names: id, name, network_id, mac_address, fixed_ips
[{'subnet_id', 'ip_address'}], device_id, device_owner, binding:host_id, security_groups [ids],
port_security_enabled, status, project_id, and in addition `network` {'id', 'name', 'mtu', 'subnets':
[subnet dicts]} and `floating_ips` {fixed ip: floating ip}.
"""
from praline_common.contracts import projects


class Network(projects.ProjectHolder):

    def __init__(self, transport):
        super().__init__(transport, 'network')

    def check_networks(self, ctx, requested):
        """Before a server is accepted: resolve what the user asked for.

        requested: 'auto', 'none', or [{'network_id' | 'port_id', 'fixed_ip', 'tag'}].  Returns
        {'requests': [{'network_id', 'port_id', 'fixed_ip', 'tag'}], 'allocate': bool}; an empty request
        means the project's only network.  BadRequest, NotFound, Conflict (several networks; port in
        use), OverQuota as nova answers them.
        """
        return self.call(ctx, 'check_networks', requested=requested)

    def allocate_ports(self, ctx, server_id, host, requests, security_groups, hostname, project_id,
                       availability_zone=None):
        """Create (or adopt) and bind the server's ports on this host; [port], in the order of requests.

        Asked twice it answers the same ports.  requests: as check_networks answered them, each with a
        `key` that makes it unique within the server.  security_groups: names or ids, [] for default.
        """
        return self.call(ctx, 'allocate_ports', server_id=server_id, host=host, requests=requests,
                         security_groups=security_groups, hostname=hostname, project_id=project_id,
                         availability_zone=availability_zone)

    def release_ports(self, ctx, server_id, port_ids=None):
        """Delete the ports that allocate_ports made, unbind those that it adopted."""
        return self.call(ctx, 'release_ports', server_id=server_id, port_ids=port_ids)

    def bind_ports(self, ctx, server_id, host):
        """Move the server's ports to another host (migration, evacuation)."""
        return self.call(ctx, 'bind_ports', server_id=server_id, host=host)

    def plug(self, ctx, host, port_id):
        """On that host: bridge and filters for this port; {'bridge', 'tap', 'mtu'} before the guest starts."""
        return self.call(ctx, 'plug_port', host=host, port_id=port_id)

    def port_up(self, ctx, port_ids, up=True):
        """The guest's device is there (ACTIVE) or gone (DOWN)."""
        return self.call(ctx, 'port_up', port_ids=port_ids, up=up)

    def ports(self, ctx, server_ids):
        """{server id: [port]} for several servers in one go: addresses of lists, network info cache."""
        return self.call(ctx, 'list_server_ports', server_ids=server_ids)

    def security_groups(self, ctx, server_id):
        """[{'id', 'name'}] of the server's ports."""
        return self.call(ctx, 'server_security_groups', server_id=server_id)

    def api(self, ctx, method, path, body=None, query=None):
        """Network's own API for compute's proxies of old microversions: (status, body)."""
        return self.call(ctx, 'proxy_api', verb=method, path=path, body=body, query=query)

    def instance_of(self, ctx, network_id, address, router_id=None):
        """Who asks the metadata service: {'server_id', 'project_id', 'port_id'}.  NotFound."""
        return self.call(ctx, 'instance_of', network_id=network_id, address=address, router_id=router_id)

    def desired_state(self, ctx, host):
        """For the agent: the HostNetworks (wire object) that this host should have."""
        return self.call(ctx, 'desired_state', host=host)

    def report_agent(self, ctx, host, report):
        """For the agent: it lives; report {'agent_type', 'binary', 'configurations', 'version'}."""
        return self.call(ctx, 'report_agent', host=host, report=report)

    def project_usage(self, ctx, project_id):
        return self.call(ctx, 'project_usage', project_id=project_id)
