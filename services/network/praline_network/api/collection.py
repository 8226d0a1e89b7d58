# SPDX-License-Identifier: Apache-2.0
"""What all collections of network do alike: lists, views, single and bulk creation, update, delete."""
import json
import re
import types
from urllib.parse import urlencode

from oslo_db import exception as db_errors
import sqlalchemy as sa

from praline_common import errors as common_errors
from praline_common.api.rest import Controller
from praline_common.db import engine
from praline_common.db.prepared import Prepared
from praline_common.db.query import Page, Standing, page
from praline_network import errors
from praline_network.api.attributes import ABSENT, matches
from praline_network.db import quotas
from praline_network.db import resources

_NOT_FILTERS = {'fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir'}
_TAG_FILTERS = ('tags', 'tags-any', 'not-tags', 'not-tags-any')
_TRIES = 5
# What decides who sees what, of whoever will ask.
_SOMEBODY = types.SimpleNamespace(is_admin=False, project_id=sa.bindparam('project_id'))


class Collection(Controller):
    """One resource.  A subclass names `resource` and `rows` (its db module) and says what is special.

    filters: {query word: f(table, values) -> clause} for words that are no column.  counted: whether a
    project's quota counts it.
    """

    resource, rows = None, None
    filters = {}
    counted = True

    def __init__(self, runtime):
        super().__init__(runtime)
        self.options = runtime.options
        self._all, self._visible = Prepared(sa.select(self.rows.TABLE)), Standing(self.rows.visible(_SOMEBODY))
        for name, check in self.resource.rules():
            self.policy.register(name, check)

    # What a subclass may say otherwise.

    def create(self, conn, context, values):
        return self.rows.create(conn, values)

    def save(self, conn, context, row, changes):
        return self.rows.save(conn, row, changes)

    def remove(self, conn, context, row):
        self.rows.delete(conn, row)

    def present(self, rows, req):
        """Add to rows what a view needs and no column holds."""
        return rows

    def target(self, context, values):
        """What the policy of single attributes is asked about."""
        return {'project_id': values.get('project_id'), 'user_id': context.user_id}

    # What handlers call.

    def answer_list(self, req):
        names = self._names(req)
        wanted, clauses = self._wanted(req)
        with self.db.read() as conn:
            if not req.context.is_admin:
                clauses = [self._visible, *clauses]
            rows = page(conn, self._all, self.rows.TABLE, wanted, clauses=clauses, project_id=req.context.project_id)
            if rows:
                rows = self.rows.complete(conn, rows, req.context)
        body = {self.resource.plural: self._views(self.present(rows, req), names)}
        links = self._links(req, rows, wanted)
        if links:
            body[self.resource.plural + '_links'] = links
        return body

    def answer_one(self, req, row):
        return {self.resource.name: self._views(self.present([row], req), self._names(req))[0]}

    def answer_create(self, req, body):
        bulk = self.resource.plural in body
        items = [item.get(self.resource.name, item) for item in (body[self.resource.plural] if bulk else [body])]
        values = [self._new(req, item) for item in items]
        rows = self.written(lambda conn: self._create_all(conn, req, values))
        views = self._views(self.present(rows, req), self._names(req))
        return {self.resource.plural: views} if bulk else {self.resource.name: views[0]}

    def answer_update(self, req, row, body):
        changes = self._changes(req, row, body[self.resource.name])

        def write(conn):
            now = self.rows.get(conn, req.context, row['id'])
            _check_revision(req, now)
            return self.save(conn, req.context, now, changes)
        return self.answer_one(req, self.written(write))

    def answer_delete(self, req, row):
        def write(conn):
            now = self.rows.get(conn, req.context, row['id'])
            _check_revision(req, now)
            self.remove(conn, req.context, now)
        self.written(write)

    def written(self, work):
        """work(conn) in a write transaction, again when somebody else took the same address or number first."""
        for attempt in range(_TRIES):
            try:
                with self.db.write() as conn:
                    return work(conn)
            except (db_errors.DBDuplicateEntry, db_errors.DBDeadlock):
                if attempt == _TRIES - 1:
                    raise common_errors.Conflict('Somebody else changed the same thing %d times; try again' % _TRIES)

    def sync(self, conn, hosts):
        """Once this is committed, the agents of these hosts make it so."""
        hosts = sorted({host for host in hosts if host})
        if hosts:
            engine.after(conn, lambda: self.runtime.own.cast(None, 'sync_hosts', hosts=hosts))

    def tell_compute(self, conn, server_ids):
        """Once this is committed, compute reads these servers' addresses anew."""
        server_ids = sorted({server_id for server_id in server_ids if server_id})
        if server_ids:
            engine.after(conn, lambda: self.runtime.contracts.compute.ports_changed(None, server_ids))

    # How they are done.

    def _create_all(self, conn, req, values):
        if self.counted:
            for project_id, mine in resources.group_by(values, 'project_id').items():
                if project_id:
                    quotas.check(conn, self.options, project_id, self.resource.name, len(mine))
        return [self.create(conn, req.context, dict(item)) for item in values]

    def _names(self, req):
        """What the views of this request hold."""
        hidden = frozenset(name for name, field in self.resource.fields.items() if field.read and not
                           self.policy.allows(req.context, 'get_%s:%s' % (self.resource.name, name),
                                              {'project_id': req.context.project_id}))
        return self.resource.shown(hidden, frozenset(req.GET.getall('fields')))

    @staticmethod
    def _views(rows, names):
        return [{name: show(row.get(column)) if show else row[column] for name, column, show in names} for row in rows]

    def _new(self, req, item):
        """Columns for a new row out of a request's item."""
        project_id = _project(req.context, item)
        values = {'project_id': project_id}
        for name, field in self.resource.fields.items():
            if name in ('project_id', 'tenant_id') or not field.post:
                continue
            if name in item:
                values[field.column] = field.given(item[name])
            elif field.default is not ABSENT:
                values[field.column] = field.initial()
        self._check_fields(req, 'create', item, values)
        return values

    def _changes(self, req, row, item):
        changes = {self.resource.fields[name].column: self.resource.fields[name].given(value)
                   for name, value in item.items()}
        self._check_fields(req, 'update', item, {**row, **changes})
        return changes

    def _check_fields(self, req, verb, item, values):
        target = None
        for name, value in item.items():
            field = self.resource.fields[name]
            if not field.write or (verb == 'create' and field.given(value) == field.default):
                continue
            if target is None:
                target = self.target(req.context, values)
            self.policy.require(req.context, '%s_%s:%s' % (verb, self.resource.name, name), target)

    def _wanted(self, req):
        """(Page, clauses) of a list request."""
        clauses, tags, table = [], {}, self.rows.TABLE
        for name in dict.fromkeys(req.GET):
            values = req.GET.getall(name)
            field = self.resource.fields.get(name)
            if any('\0' in value for value in values):
                raise errors.invalid('%s holds a NUL character' % name)
            if name in _NOT_FILTERS:
                continue
            if name in self.filters:
                clauses.append(self.filters[name](table, values))
            elif name in _TAG_FILTERS and 'tags' in table.c:
                tags[name] = [word for value in values for word in value.split(',')]
            elif name == 'changed_since' and 'updated_at' in table.c:
                clauses.append(table.c.updated_at >= _moment(values[-1]))
            elif field and field.column in table.c and not isinstance(table.c[field.column].type, sa.JSON):
                clauses.append(matches(table.c[field.column], values))
            else:
                raise errors.invalid("['%s'] is invalid attribute for filtering" % name)
        return self._page(req), clauses + resources.tagged(table, tags)

    def _page(self, req):
        query = req.GET
        keys, directions = query.getall('sort_key'), query.getall('sort_dir')
        if directions and len(keys) != len(directions):
            raise common_errors.BadRequest('The number of sort_keys and sort_dirs must be same')
        sort = []
        for index, key in enumerate(keys):
            field = self.resource.fields.get(key)
            direction = directions[index].lower() if directions else 'asc'
            if field is None or field.column not in self.rows.TABLE.c:
                raise common_errors.BadRequest("'%s' is an invalid attribute for sort keys" % key)
            if direction not in ('asc', 'desc'):
                raise common_errors.BadRequest("'%s' is an invalid value for sort_dirs, valid values are asc, desc"
                                               % direction)
            sort.append((field.column, direction))
        limit = query.get('limit')
        if limit is not None and not limit.isdigit():
            raise common_errors.BadRequest("Limit must be an integer 0 or greater and not '%s'" % limit)
        return Page(limit=int(limit or 0) or None, marker=query.get('marker') or None, sort=sort,
                    reverse=query.get('page_reverse', '').lower() == 'true')

    def _links(self, req, rows, wanted):
        if not wanted.limit:
            return None
        full = len(rows) >= wanted.limit
        links = []
        if full or wanted.reverse:
            links.append({'rel': 'next', 'href': _link(req, rows[-1:], False)})
        if full or not wanted.reverse:
            links.append({'rel': 'previous', 'href': _link(req, rows[:1], True)})
        return links


def _link(req, markers, reverse):
    """markers: the row to go on from; none behind an empty page."""
    query = [(name, value) for name, value in req.GET.items() if name not in ('marker', 'page_reverse')]
    query += [('marker', row['id']) for row in markers]
    if reverse:
        query.append(('page_reverse', 'True'))
    return '%s?%s' % (req.path_url, urlencode(query))


def _moment(value):
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?', value):
        raise errors.invalid("'%s' is not a time in ISO 8601, UTC: changed_since" % value)
    return value[:19] + 'Z'


def _project(context, item):
    asked = item.get('project_id', item.get('tenant_id'))
    if asked is None or asked == context.project_id:
        return context.project_id or ''
    if not context.is_admin and 'service' not in context.roles:
        raise common_errors.BadRequest("Specifying 'project_id' or 'tenant_id' other than the authenticated project "
                                       'in request requires admin privileges')
    return asked


def _check_revision(req, row):
    """412 when If-Match names another revision than the row has."""
    wanted = re.fullmatch(r'"?revision_number=(\d+)"?', req.headers.get('If-Match', ''))
    if wanted and int(wanted.group(1)) != row.get('revision_number'):
        raise RevisionNumberConstraintFailed('Constrained to %s, but current revision is %s'
                                             % (wanted.group(1), json.dumps(row.get('revision_number'))))


class RevisionNumberConstraintFailed(common_errors.Error):
    """If-Match named a revision that the row does not have."""

    status, title = 412, 'Precondition Failed'
