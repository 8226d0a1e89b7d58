# SPDX-License-Identifier: Apache-2.0
"""What identity asks of every service that holds things of projects, when a whole project goes."""
from praline_common import rpc

LONG = 120


class ProjectHolder(rpc.Client):
    """Both may be asked at any time, by identity alone, and twice."""

    def project_resources(self, ctx, project_id):
        """What the project has here, nothing changed: [{'kind', 'count', 'size', 'unit', 'things'}].

        kind: the plural of the API ('servers'); size: an integer of `unit`s, both None where size means
        nothing; things: [{'id', 'name'}] of the first twenty.
        """
        return self.call(ctx, 'project_resources', project_id=project_id, timeout=LONG)

    def delete_project_resources(self, ctx, project_id):
        """Begin to delete everything of the project here, and say how far it is: {'going', 'refused'}.

        going: how many things are not gone yet; refused: sentences about those that will not go.  Ask until
        both are empty; what an earlier call of the same request began is not begun again.
        """
        return self.call(ctx, 'delete_project_resources', project_id=project_id, timeout=LONG)
