# SPDX-License-Identifier: Apache-2.0
"""The tables: images with their own properties and tags in JSON columns, members, metadata
definitions (objects, properties, tags and resource types of a namespace, one row each), and operations.

`image_tags` is the index of the tags by which lists are filtered; images.set_tags writes both.
"""
import sqlalchemy as sa

from praline_common import operations as durable
from praline_common import periodic
from praline_common.db import engine

METADATA = engine.new_metadata()
ID = sa.String(36)

images = sa.Table(
    'images', METADATA,
    sa.Column('id', ID, primary_key=True),
    sa.Column('name', sa.String(255)),
    sa.Column('owner', sa.String(255), index=True),
    sa.Column('status', sa.String(30), nullable=False),
    sa.Column('visibility', sa.String(9), nullable=False),
    sa.Column('protected', sa.Boolean, nullable=False),
    sa.Column('os_hidden', sa.Boolean, nullable=False),
    sa.Column('container_format', sa.String(20)),
    sa.Column('disk_format', sa.String(20)),
    sa.Column('size', sa.BigInteger),
    sa.Column('virtual_size', sa.BigInteger),
    sa.Column('min_disk', sa.Integer, nullable=False),
    sa.Column('min_ram', sa.Integer, nullable=False),
    sa.Column('checksum', sa.String(32)),
    sa.Column('os_hash_algo', sa.String(64)),
    sa.Column('os_hash_value', sa.String(128), index=True),
    sa.Column('properties', sa.JSON, nullable=False),
    sa.Column('tags', sa.JSON, nullable=False),
    sa.Column('created_at', sa.DateTime, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False),
    sa.Index('ix_images_created_at_id', 'created_at', 'id'),
    sa.Index('ix_images_visibility', 'visibility'))

image_tags = sa.Table(
    'image_tags', METADATA,
    sa.Column('image_id', ID, sa.ForeignKey('images.id', ondelete='CASCADE'), primary_key=True),
    sa.Column('tag', sa.String(255), primary_key=True, index=True))

image_members = sa.Table(
    'image_members', METADATA,
    sa.Column('image_id', ID, sa.ForeignKey('images.id', ondelete='CASCADE'), primary_key=True),
    sa.Column('member', sa.String(255), primary_key=True, index=True),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('created_at', sa.DateTime, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False))

namespaces = sa.Table(
    'metadef_namespaces', METADATA,
    sa.Column('namespace', sa.String(80), primary_key=True),
    sa.Column('display_name', sa.String(80)),
    sa.Column('description', sa.Text),
    sa.Column('visibility', sa.String(9), nullable=False),
    sa.Column('protected', sa.Boolean, nullable=False),
    sa.Column('owner', sa.String(255)),
    sa.Column('created_at', sa.DateTime, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False))

definitions = sa.Table(
    'metadef_definitions', METADATA,
    sa.Column('namespace', sa.String(80), primary_key=True),
    sa.Column('kind', sa.String(16), primary_key=True),
    sa.Column('name', sa.String(255), primary_key=True),
    sa.Column('body', sa.JSON, nullable=False),
    sa.Column('created_at', sa.DateTime, nullable=False),
    sa.Column('updated_at', sa.DateTime, nullable=False))

operations, operation_journal = durable.declare(METADATA)

periodic.declare(METADATA)
