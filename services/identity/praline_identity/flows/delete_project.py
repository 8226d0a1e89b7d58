# SPDX-License-Identifier: Apache-2.0
"""The end of a project in every service, and at last in identity."""
import time

from praline_common import errors
from praline_common.context import Context
from praline_common.db import engine
from praline_common.operations import Flow
from praline_identity.db import project_deletions
from praline_identity.db import projects
from praline_identity.notifications import events
from praline_identity.notifications import observer

_DAY = 86400
_TOLD = 20


class DeleteProject(Flow):
    """arguments: projects, the ids of the project and of all below it, leaves first.

    Each step asks one service until that has nothing of them left, in the order in which things hold each
    other.  Nothing is undone: what fails leaves the project disabled, with the cause, to be asked for again.
    """

    kind, deadline = 'delete_project', 7 * _DAY
    steps = ('settle', 'servers', 'claims', 'volumes', 'images', 'networks')

    def settle(self):
        """Other services remember a token of the project for a moment; nothing is made in it after that."""
        left = self.row['created_at'] + 2 * self.conf.tokens.revocation_seconds - time.time()
        if left > 0:
            raise errors.Unavailable('tokens of the project may be remembered yet', seconds=left)

    def servers(self):
        self._empty('compute')

    def claims(self):
        self._empty('scheduler')

    def volumes(self):
        self._empty('volume')

    def images(self):
        self._empty('image')

    def networks(self):
        self._empty('network')

    def _empty(self, service):
        """Unavailable while something is going, Conflict when only that is left which will not go."""
        going, refused = 0, []
        for project_id in self.arguments['projects']:
            context = Context.internal(self.row['request_id'], project_id=project_id, user_id=self.row['user_id'])
            answer = getattr(self.contracts, service).delete_project_resources(context, project_id)
            going += answer['going']
            refused += answer['refused']
        if going:
            raise errors.Unavailable('%s still has %d things to delete' % (service, going),
                                     seconds=min(5.0, 0.2 * self.row['attempts']))
        if refused:
            more = ', and %d more' % (len(refused) - _TOLD) if len(refused) > _TOLD else ''
            raise errors.Conflict('%s cannot delete %s%s' % (service, '; '.join(refused[:_TOLD]), more))

    def finished(self, conn):
        projects.delete(conn, self.arguments['projects'])
        told = self.runtime.shared(observer.of)
        if told:
            engine.after(conn, lambda: [told.changed(events.DELETED_PROJECT, project_id, self.context)
                                        for project_id in self.arguments['projects']])

    def failed(self, conn, cause):
        project_deletions.save(conn, self.resource_id, cause=cause)

    def cancelled(self, conn):
        project_deletions.save(conn, self.resource_id, cause='another request asked it to stop')
