# SPDX-License-Identifier: Apache-2.0
"""The deletion of a project over all services: asked for, taken back, begun when its time has come.

    enabled -> waiting (disabled, nothing touched) -> deleting -> gone
                  `-> restored                           `-> failed -> deleting | restored
"""
from praline_common import errors
from praline_common.context import Context
from praline_identity import clock
from praline_identity.db import project_deletions
from praline_identity.db import projects
from praline_identity.db import revocations

KIND = 'delete_project'
_DEADLINE = 7 * 86400
# Services that hold things of projects, in the order in which those go.
SERVICES = ('compute', 'scheduler', 'volume', 'image', 'network')


def state(row):
    if row['operation_id'] is None:
        return 'waiting'
    return 'failed' if row['cause'] else 'deleting'


def family(conn, project_id):
    """The project's row and those below it, leaves first."""
    found = [projects.get(conn, project_id), *projects.subtree(conn, project_id)]
    parents = {row['id']: row['parent_id'] for row in found}

    def depth(row_id):
        return 0 if row_id == project_id else 1 + depth(parents[row_id])
    return sorted(found, key=lambda row: (-depth(row['id']), row['id']))


def request(runtime, conn, context, project_id, window, longest):
    """Disable the project and all below it now, and delete them `window` seconds later (0: now).

    A deletion that failed is begun again.  Conflict while it waits already, or is below one that does;
    Forbidden for what may not be deleted.  longest: seconds for which a token can be asked about.
    """
    above = project_deletions.over(conn, project_id)
    if above == project_id:
        return _again(runtime, conn, context, project_deletions.get(conn, project_id), window)
    if above:
        raise errors.Conflict('Project %s is below project %s, which waits for its deletion.' % (project_id, above))
    members = family(conn, project_id)
    _check(context, members)
    now = clock.now()
    project_deletions.create(conn, {
        'project_id': project_id, 'requested_at': now, 'due_at': now + window * clock.SECOND,
        'user_id': context.user_id, 'request_id': context.request_id,
        'enabled': {row['id']: row['enabled'] for row in members}})
    projects.enable(conn, [row['id'] for row in members], False)
    for row in members:
        if row['enabled']:
            revocations.revoke(conn, 'project:' + row['id'], longest)
    if not window:
        begin(runtime, conn, project_deletions.get(conn, project_id))


def _check(context, members):
    if members[-1]['is_domain']:
        raise errors.Forbidden('%s is a domain: delete its projects, then the domain itself.' % members[-1]['id'])
    for row in members:
        if row['options'].get('immutable'):
            raise errors.Forbidden('Unable to delete immutable project resource: `%s`. Set resource option '
                                   '"immutable" to false first.' % row['id'])
        if row['id'] == context.project_id:
            raise errors.Forbidden('This request is made in project %s; delete it from another one.' % row['id'])


def _again(runtime, conn, context, row, window):
    if state(row) == 'deleting' or (state(row) == 'waiting' and window):
        raise errors.Conflict('Project %s waits for its deletion already.' % row['project_id'])
    project_deletions.save(conn, row['project_id'], request_id=context.request_id, cause=None, due_at=clock.now())
    begin(runtime, conn, project_deletions.get(conn, row['project_id']))


def begin(runtime, conn, row):
    """Start the operation; in the name of who asked, with the system's rights."""
    context = Context.internal(row['request_id'], user_id=row['user_id'])
    members = [member['id'] for member in family(conn, row['project_id'])]
    operation_id = runtime.operations.start(conn, context, KIND, row['project_id'], {'projects': members}, _DEADLINE)
    project_deletions.save(conn, row['project_id'], operation_id=operation_id)


def restore(conn, project_id):
    """What was enabled is enabled again.  Conflict once the deletion has begun, unless it failed."""
    row = project_deletions.get(conn, project_id)
    if state(row) == 'deleting':
        raise errors.Conflict('The deletion of project %s has begun: operation %s.' % (project_id, row['operation_id']))
    projects.enable(conn, [member for member, enabled in row['enabled'].items() if enabled], True)
    project_deletions.delete(conn, project_id)


def begin_due(runtime):
    """Periodic: start what nobody restored in time."""
    with runtime.db.read() as conn:
        found = project_deletions.due(conn, clock.now())
    for project_id in found:
        with runtime.db.write() as conn:
            if project_id in project_deletions.due(conn, clock.now()):
                begin(runtime, conn, project_deletions.get(conn, project_id))
