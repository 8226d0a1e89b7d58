# SPDX-License-Identifier: Apache-2.0
"""The service catalog: enabled endpoints of enabled services, as a project may see it."""
import re

import orjson
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models

_E, _S = models.endpoints, models.services
_FIELD = re.compile(r'[$%]\((\w+)\)s?')


def entries(conn):
    """[{'id', 'type', 'name', 'endpoints': [...]}] with URLs as they were given; one statement."""
    statement = sa.select(_S.c.id.label('service'), _S.c.type, _S.c.extra.label('service_extra'), _E).join(
        _E, sa.and_(_E.c.service_id == _S.c.id, _E.c.enabled.is_(True)), isouter=True
    ).where(_S.c.enabled.is_(True)).order_by(_S.c.type, _S.c.id, _E.c.interface, _E.c.id)
    found = {}
    for row in engine.rows(conn, statement):
        entry = found.setdefault(row['service'], {
            'endpoints': [], 'id': row['service'], 'type': row['type'],
            'name': (row['service_extra'] or {}).get('name', '')})
        if row['id'] is not None:
            entry['endpoints'].append({
                'id': row['id'], 'interface': row['interface'], 'region_id': row['region_id'],
                'region': row['region_id'], 'url': row['url']})
    return list(found.values())


def varies(catalog):
    """Whether the URLs hold fields that differ from one token to the next."""
    return any(_FIELD.search(endpoint['url']) for entry in catalog for endpoint in entry['endpoints'])


def fill(catalog, user_id, project_id):
    """The catalog with $(project_id)s and the like put in; an endpoint whose field is unknown is left out."""
    values = {'user_id': user_id, 'project_id': project_id, 'tenant_id': project_id}
    return [{**entry, 'endpoints': [{**endpoint, 'url': url} for endpoint in entry['endpoints']
                                    if (url := _filled(endpoint['url'], values))]} for entry in catalog]


def _filled(url, values):
    names = _FIELD.findall(url)
    if any(values.get(name) is None for name in names):
        return None
    return _FIELD.sub(lambda match: values[match.group(1)], url)


def filtered(conn):
    """Whether endpoints were chosen for any project at all."""
    return any(engine.scalar(conn, sa.select(sa.literal(1)).select_from(table).limit(1))
               for table in (models.project_endpoints, models.endpoint_group_projects))


def visible(conn, entries, project_id):
    """The entries as OS-EP-FILTER lets a project see them: all of them unless endpoints were chosen for it."""
    chosen = _chosen(conn, project_id)
    if chosen is None:
        return entries
    shown = []
    for entry in entries:
        endpoints = [endpoint for endpoint in entry['endpoints'] if chosen(entry, endpoint)]
        if endpoints:
            shown.append({**entry, 'endpoints': endpoints})
    return shown


def _chosen(conn, project_id):
    """A predicate on (entry, endpoint), None when nothing was chosen; one statement."""
    single, tied, groups = models.project_endpoints, models.endpoint_group_projects, models.endpoint_groups
    found = conn.execute(sa.union_all(
        sa.select(single.c.endpoint_id, sa.null().label('filters')).where(single.c.project_id == project_id),
        sa.select(sa.null(), groups.c.filters).join(
            tied, tied.c.endpoint_group_id == groups.c.id).where(tied.c.project_id == project_id))).all()
    if not found:
        return None
    ids = {endpoint_id for endpoint_id, _ in found}
    filters = [orjson.loads(text) for _, text in found if text]
    return lambda entry, endpoint: endpoint['id'] in ids or any(
        matches(wanted, entry['id'], endpoint) for wanted in filters)


def matches(wanted, service_id, endpoint):
    """Whether an endpoint fits the filters {service_id, region_id, interface} of an endpoint group."""
    mine = {'service_id': service_id, 'region_id': endpoint['region_id'], 'interface': endpoint['interface']}
    return all(mine.get(name) == value for name, value in wanted.items())
