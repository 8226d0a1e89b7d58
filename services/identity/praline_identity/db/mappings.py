# SPDX-License-Identifier: Apache-2.0
"""Mappings: rules from what an identity provider asserts to who that is here."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity.db import models
from praline_identity.db import rows

KIND = 'mapping'
_M = models.mappings


def get(conn, mapping_id):
    return rows.get(conn, _M, mapping_id, KIND)


def list(conn):
    return engine.rows(conn, sa.select(_M).order_by(_M.c.id))


def create(conn, values):
    rows.create(conn, _M, values, KIND)


def save(conn, mapping_id, values):
    rows.save(conn, _M, mapping_id, values, KIND)


def delete(conn, mapping_id):
    rows.delete(conn, _M, mapping_id, KIND)
