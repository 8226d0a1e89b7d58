# SPDX-License-Identifier: Apache-2.0
"""Projects; a domain is one of them that has no domain."""
import sqlalchemy as sa

from praline_common import emptying
from praline_common.db import engine
from praline_common.db import query
from praline_common.db.prepared import Prepared
from praline_identity.db import effective
from praline_identity.db import filters
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import trusts

KIND = 'project'
DEFAULT = 'default'
FILTERS = ('name', 'domain_id', 'enabled', 'parent_id', 'is_domain')
_P, _T = models.projects, models.project_tags
# What is a project's own: (plural, table, the column that names one).
_HELD = (('application_credentials', models.application_credentials, 'id'), ('trusts', models.trusts, 'id'),
         ('credentials', models.credentials, 'id'), ('limits', models.limits, 'id'),
         ('endpoint_groups', models.endpoint_group_projects, 'endpoint_group_id'),
         ('endpoints', models.project_endpoints, 'endpoint_id'))


def get(conn, project_id):
    return rows.get(conn, _P, project_id, KIND)


_D = _P.alias('domain')
_WITH_DOMAIN = sa.select(_P, _D.c.name.label('domain_name'), _D.c.enabled.label('domain_enabled')).join(
    _D, sa.and_(_D.c.is_domain.is_(True), _D.c.id == sa.func.coalesce(sa.func.nullif(_P.c.domain_id, ''), _P.c.id)))
_BY_ID = Prepared(_WITH_DOMAIN.where(_P.c.id == sa.bindparam('project_id')))
_NAMED = _WITH_DOMAIN.where(_P.c.name == sa.bindparam('project_name'), _P.c.is_domain.is_(False))
_BY_NAME = Prepared(_NAMED.where(_P.c.domain_id == sa.bindparam('in_domain')))
_BY_NAMES = Prepared(_NAMED.where(_D.c.name == sa.bindparam('in_domain')))
_DOMAIN_BY_NAME = Prepared(_WITH_DOMAIN.where(_P.c.name == sa.bindparam('project_name'), _P.c.is_domain.is_(True)))


def with_domain(conn, project_id):
    """The project with domain_name and domain_enabled (its own for a domain), or None."""
    return engine.one(conn, _BY_ID, project_id=project_id)


def by_name(conn, name, domain_id=None, domain_name=None):
    """with_domain's row of the project of this name in that domain, or None."""
    if domain_id:
        return engine.one(conn, _BY_NAME, project_name=name, in_domain=domain_id)
    return engine.one(conn, _BY_NAMES, project_name=name, in_domain=domain_name)


def domain_by_name(conn, name):
    """with_domain's row of a domain, or None."""
    return engine.one(conn, _DOMAIN_BY_NAME, project_name=name)


def list(conn, asked, wanted, ids=None):
    """Rows of the page `wanted`, narrowed by the query `asked` and, unless None, to these ids."""
    statement = filters.apply(sa.select(_P), _P, asked, FILTERS)
    if ids is not None:
        statement = statement.where(_P.c.id.in_(ids))
    return query.page(conn, _by_tags(statement, asked), _P, wanted)


def _by_tags(statement, asked):
    tagged = sa.select(_T.c.project_id)
    if asked.get('tags'):
        for tag in asked['tags'].split(','):
            statement = statement.where(_P.c.id.in_(tagged.where(_T.c.name == tag)))
    if asked.get('tags-any'):
        statement = statement.where(_P.c.id.in_(tagged.where(_T.c.name.in_(asked['tags-any'].split(',')))))
    if asked.get('not-tags'):
        together = _P.c.id
        all_of = sa.and_(*(together.in_(tagged.where(_T.c.name == tag)) for tag in asked['not-tags'].split(',')))
        statement = statement.where(sa.not_(all_of))
    if asked.get('not-tags-any'):
        statement = statement.where(_P.c.id.not_in(tagged.where(_T.c.name.in_(asked['not-tags-any'].split(',')))))
    return statement


def create(conn, values):
    rows.create(conn, _P, values, 'domain' if values.get('is_domain') else KIND)


def save(conn, project_id, values):
    rows.save(conn, _P, project_id, values, KIND)
    revision.bump(conn)


def enable(conn, project_ids, enabled):
    """Enable or disable these projects."""
    conn.execute(sa.update(_P).where(_P.c.id.in_([*project_ids])).values(enabled=enabled))
    revision.bump(conn)


def resources(conn, project_ids):
    """What identity has of these projects, themselves included: as contracts/projects.py says."""
    ids = [*project_ids]
    return [entry for kind, table, where, identity, name in (
        ('projects', _P, _P.c.id.in_(ids), 'id', 'name'),
        ('role_assignments', models.assignments, sa.and_(
            models.assignments.c.target_kind == 'project', models.assignments.c.target_id.in_(ids)), '', ''),
        *((kind, table, table.c.project_id.in_(ids), identity, 'name' if 'name' in table.c else '')
          for kind, table, identity in _HELD))
        for entry in emptying.count(conn, kind, table, where, identity=identity, name=name)]


def delete(conn, project_ids):
    """These projects with everything of identity that names them."""
    if not project_ids:
        return
    ids = [*project_ids]
    conn.execute(sa.delete(models.assignments).where(
        models.assignments.c.target_kind.in_(('project', 'domain')), models.assignments.c.target_id.in_(ids)))
    trusts.delete_of(conn, models.trusts.c.project_id.in_(ids))
    for table in (models.credentials, models.limits, models.request_tokens, models.access_tokens):
        conn.execute(sa.delete(table).where(table.c.project_id.in_(ids)))
    conn.execute(sa.update(models.users).where(models.users.c.default_project_id.in_(ids)).values(
        default_project_id=None))
    conn.execute(sa.delete(_P).where(_P.c.id.in_(ids)))
    revision.bump(conn)


def children(conn, project_id):
    return conn.execute(sa.select(_P.c.id).where(_P.c.parent_id == project_id).limit(1)).scalar() is not None


def parents(conn, project_id):
    """The rows above a project, nearest first, its domain left out."""
    found = {row['id']: row for row in engine.rows(conn, sa.select(_P).where(
        _P.c.id.in_(effective.ancestors(project_id)), _P.c.is_domain.is_(False)))}
    out, row = [], get(conn, project_id)
    while row['parent_id'] in found:
        row = found[row['parent_id']]
        out.append(row)
    return out


def subtree(conn, project_id):
    """The rows below a project, in no order; two statements."""
    ids = effective.below(conn, [project_id])
    return engine.rows(conn, sa.select(_P).where(_P.c.id.in_(ids))) if ids else []


def tags(conn, project_ids):
    """{project id: sorted tag names}."""
    found = {project_id: [] for project_id in project_ids}
    if found:
        for project_id, name in conn.execute(sa.select(_T.c.project_id, _T.c.name).where(
                _T.c.project_id.in_(found.keys())).order_by(_T.c.name)):
            found[project_id].append(name)
    return found


def set_tags(conn, project_id, names):
    conn.execute(sa.delete(_T).where(_T.c.project_id == project_id))
    if names:
        conn.execute(sa.insert(_T), [{'project_id': project_id, 'name': name} for name in dict.fromkeys(names)])
