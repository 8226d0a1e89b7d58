# SPDX-License-Identifier: Apache-2.0
"""Address scopes: names under which subnet pools promise not to overlap."""
import sqlalchemy as sa

from praline_network import errors
from praline_network.db import models
from praline_network.db import resources

TABLE = models.address_scopes


def visible(context):
    return resources.shared_or_owned(TABLE, context)


def complete(conn, rows, context=None):
    return rows


def get(conn, context, scope_id):
    return resources.fetch(conn, TABLE, 'address_scope', scope_id, visible(context))


def create(conn, values):
    return resources.insert(conn, TABLE, values)


def save(conn, row, changes):
    if row['shared'] and changes.get('shared') is False:
        raise errors.refuse('AddressScopeUpdateError', 'Unable to update address scope %s : Shared address scope can '
                                                       "'t be unshared." % row['id'])
    return resources.update(conn, TABLE, row, changes)


def delete(conn, row):
    pools = models.subnetpools
    if conn.execute(sa.select(pools.c.id).where(pools.c.address_scope_id == row['id']).limit(1)).first():
        raise errors.conflict('AddressScopeInUse', 'Unable to complete operation on address scope %s. There are one or '
                                                   'more subnet pools in use on the address scope' % row['id'])
    resources.remove(conn, TABLE, row['id'])
