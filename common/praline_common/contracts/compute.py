# SPDX-License-Identifier: Apache-2.0
"""What other services, and compute's own agents, may ask of compute."""
from praline_common.contracts import projects


class Compute(projects.ProjectHolder):

    def __init__(self, transport):
        super().__init__(transport, 'compute')

    def metadata(self, ctx, server_id, path):
        """What 169.254.169.254 answers this server: {'status', 'content_type', 'data' (base64 text)}."""
        return self.call(ctx, 'metadata', server_id=server_id, path=path)

    def keep_metadata(self, ctx, server_id, path, data):
        """The server posts data (base64 text) to this path of 169.254.169.254; answers as metadata does.

        Kept is the password that it made for itself, once: 409 while there is one, 400 above 1020 bytes.
        """
        return self.call(ctx, 'keep_metadata', server_id=server_id, path=path, data=data)

    def attachment_of(self, ctx, server_id, volume_id):
        """The id of the attachment by which this server has the volume, or None."""
        return self.call(ctx, 'attachment_of', server_id=server_id, volume_id=volume_id)

    def ports_changed(self, ctx, server_ids):
        """Addresses or floating IPs of these servers changed: the cache of their network info is stale."""
        return self.cast(ctx, 'ports_changed', server_ids=server_ids)

    def volume_extended(self, ctx, server_id, volume_id, size):
        """A volume in use grew: the guest should see it."""
        return self.cast(ctx, 'volume_extended', server_id=server_id, volume_id=volume_id, size=size)

    def report_hosts(self, ctx, agent, reports):
        """For the agent: the HostReports (wire objects) of its hosts; also its sign of life."""
        return self.call(ctx, 'report_agent_hosts', agent=agent, reports=reports)

    def report_power(self, ctx, host, states):
        """For the agent: {server id: GuestState} as the hypervisor of this host has them."""
        return self.call(ctx, 'report_power', host=host, states=states)

    def desired_guests(self, ctx, host):
        """For the agent after a restart of its host: {server id: 'running' | 'stopped'}."""
        return self.call(ctx, 'desired_guests', host=host)

    def project_usage(self, ctx, project_id):
        return self.call(ctx, 'project_usage', project_id=project_id)
