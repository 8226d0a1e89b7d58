# SPDX-License-Identifier: Apache-2.0
"""How a service counts and lets go of what a project has in it; see contracts/projects.py."""
import sqlalchemy as sa

from praline_common import errors

# Begun in one call, so that its answer comes in time.
MOST = 200
SHOWN = 20


def count(conn, kind, table, *where, size=None, unit=None, identity='id', name='name'):
    """[one entry of project_resources] for the rows of a table, [] when there are none.

    size: the expression whose sum is shown; identity, name: the columns that name a thing, '' for none.
    """
    amount = sa.literal(None) if size is None else sa.func.coalesce(sa.func.sum(size), 0)
    found = conn.execute(sa.select(sa.func.count(), amount).select_from(table).where(*where)).one()
    if not found[0]:
        return []
    return [{'kind': kind, 'count': found[0], 'size': None if size is None else int(found[1]), 'unit': unit,
             'things': _things(conn, table, where, identity, name)}]


def _things(conn, table, where, identity, name):
    if not identity:
        return []
    named = [table.c[name]] if name else []
    found = conn.execute(sa.select(table.c[identity], *named).where(*where).order_by(
        *named, table.c[identity]).limit(SHOWN))
    return [{'id': row[0], 'name': row[1] if name else ''} for row in found]


class Emptying:
    """One call of delete_project_resources.

    operations: the service's Operations, None where everything is deleted at once.  What is deleted by an
    operation is begun once a request: one that failed is refused with its cause.
    """

    def __init__(self, operations=None):
        self._operations, self._begun = operations, 0
        self.going, self.refused = 0, []

    @property
    def idle(self):
        """Whether everything that was asked about is gone."""
        return not self.going and not self.refused

    def answer(self):
        return {'going': self.going, 'refused': self.refused}

    def each(self, kind, things, delete):
        """delete(thing) at once, for each; an errors.Error refuses the thing, NotFound and Unavailable excepted."""
        for thing in things:
            try:
                delete(thing)
            except errors.NotFound:
                continue
            except errors.Unavailable:
                raise
            except errors.Error as error:
                self.refuse(kind, thing, error.message)

    def begin(self, conn, context, kind, things, operation, start):
        """start(thing) begins the operation of that kind for each thing that is not being deleted already.

        thing: {'id', 'name', 'busy': whether its state says so, 'parts': ids of what goes with it, if anything};
        a state with no operation behind it is not believed.  conn: a write() connection.
        """
        outcomes = self._operations.outcomes(conn, context.request_id, operation)
        for thing in things:
            state, cause = outcomes.get(thing['id'], (None, None))
            if state == 'failed' and not thing['busy']:
                self.refuse(kind, thing, cause)
            elif self._begun >= MOST or thing['busy'] and self._operations.live(conn, thing['id']):
                self.going += 1
            else:
                self._start(conn, kind, thing, start)

    def _start(self, conn, kind, thing, start):
        try:
            with conn.begin_nested():
                start(thing)
        except errors.Error as error:
            if self._operations.live(conn, thing['id'], *thing.get('parts', ())):
                self.going += 1
            else:
                self.refuse(kind, thing, error.message)
            return
        self._begun += 1
        self.going += 1

    def refuse(self, kind, thing, cause):
        name = ' (%s)' % thing['name'] if thing.get('name') else ''
        self.refused.append('%s %s%s: %s' % (kind, thing['id'], name, (cause or 'no cause was kept').rstrip('.')))
