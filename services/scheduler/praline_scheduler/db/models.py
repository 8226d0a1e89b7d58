# SPDX-License-Identifier: Apache-2.0
"""The tables: what every provider has and how much of it is used, in one row a provider and class.

`inventories.used` is the sum of the allocations, kept in the transaction that writes them, so that a
claim and a search cost the same with ten allocations and with a million.  `inventories.capacity` is
(total - reserved) * allocation_ratio.  `revisions` has one row that every writer advances first: it
orders the writers and tells a mirror in one read whether anything changed.
"""
import sqlalchemy as sa

from praline_common import periodic
from praline_common.db import engine

METADATA = engine.new_metadata()
ID = sa.String(36)
NAME = sa.String(255)

revisions = sa.Table(
    'revisions', METADATA,
    sa.Column('id', sa.Integer, primary_key=True, autoincrement=False),
    sa.Column('value', sa.BigInteger, nullable=False),
    sa.Column('removals', sa.BigInteger, nullable=False))

providers = sa.Table(
    'providers', METADATA,
    sa.Column('id', ID, primary_key=True),
    sa.Column('name', sa.String(200), nullable=False, unique=True),
    sa.Column('generation', sa.BigInteger, nullable=False, default=0),
    sa.Column('parent_id', ID, index=True),
    sa.Column('root_id', ID, nullable=False, index=True),
    sa.Column('revision', sa.BigInteger, nullable=False, index=True),
    sa.Column('shape_revision', sa.BigInteger, nullable=False),
    sa.Column('created_at', sa.DateTime, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False))

hosts = sa.Table(
    'hosts', METADATA,
    sa.Column('provider_id', ID, primary_key=True),
    sa.Column('host', NAME, nullable=False, unique=True),
    sa.Column('agent', NAME),
    sa.Column('enabled', sa.Boolean, nullable=False),
    sa.Column('up', sa.Boolean, nullable=False),
    sa.Column('disabled_reason', NAME),
    sa.Column('availability_zone', NAME),
    sa.Column('aggregates', sa.JSON, nullable=False),
    sa.Column('reported', sa.JSON, nullable=False))

inventories = sa.Table(
    'inventories', METADATA,
    sa.Column('provider_id', ID, primary_key=True),
    sa.Column('resource_class', NAME, primary_key=True, index=True),
    sa.Column('total', sa.BigInteger, nullable=False),
    sa.Column('reserved', sa.BigInteger, nullable=False),
    sa.Column('min_unit', sa.BigInteger, nullable=False),
    sa.Column('max_unit', sa.BigInteger, nullable=False),
    sa.Column('step_size', sa.BigInteger, nullable=False),
    sa.Column('allocation_ratio', sa.Float(53), nullable=False),
    sa.Column('capacity', sa.BigInteger, nullable=False),
    sa.Column('used', sa.BigInteger, nullable=False, default=0))

provider_traits = sa.Table(
    'provider_traits', METADATA,
    sa.Column('provider_id', ID, primary_key=True),
    sa.Column('trait', NAME, primary_key=True, index=True))

provider_aggregates = sa.Table(
    'provider_aggregates', METADATA,
    sa.Column('provider_id', ID, primary_key=True),
    sa.Column('aggregate_id', ID, primary_key=True, index=True))

traits = sa.Table(
    'traits', METADATA,
    sa.Column('name', NAME, primary_key=True),
    sa.Column('created_at', sa.DateTime, nullable=False))

resource_classes = sa.Table(
    'resource_classes', METADATA,
    sa.Column('name', NAME, primary_key=True),
    sa.Column('created_at', sa.DateTime, nullable=False))

consumers = sa.Table(
    'consumers', METADATA,
    sa.Column('id', ID, primary_key=True),
    sa.Column('project_id', NAME, nullable=False),
    sa.Column('user_id', NAME, nullable=False),
    sa.Column('consumer_type', NAME),
    # The server group; a server's migration is of its group too.
    sa.Column('group_id', ID, index=True),
    sa.Column('generation', sa.BigInteger, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False),
    sa.Index(None, 'project_id', 'user_id'))

allocations = sa.Table(
    'allocations', METADATA,
    sa.Column('consumer_id', ID, primary_key=True),
    sa.Column('provider_id', ID, primary_key=True, index=True),
    sa.Column('resource_class', NAME, primary_key=True),
    sa.Column('used', sa.BigInteger, nullable=False))

periodic.declare(METADATA)
