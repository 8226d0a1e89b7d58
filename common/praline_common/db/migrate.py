# SPDX-License-Identifier: Apache-2.0
"""Brings a service's database to the schema that its code expects, with alembic."""
import importlib.resources
import os

from alembic import autogenerate
from alembic import command
from alembic import config as alembic_config
from alembic.runtime import migration
import sqlalchemy as sa


def upgrade(db, service, revision='head'):
    """Run the service's migrations; the directory of a SQLite file is made 0700."""
    _prepare(db)
    if not _numbers(service):
        return create(db, service)
    command.upgrade(_settings(db, service), revision)


def current(db):
    """The revision that the database is at, or None."""
    with db.engine.connect() as conn:
        return migration.MigrationContext.configure(conn).get_current_revision()


def newest(service):
    """The revision that the code expects."""
    return max(_numbers(service))[:4]


def create(db, service):
    """Tables straight from the models: for tests, where migrations would cost more than the test."""
    _prepare(db)
    with db.engine.begin() as conn:
        service.metadata.create_all(conn)
        if not db.sqlite:
            # Writers take turns by its row.
            conn.execute(sa.text('CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)'))
            conn.execute(sa.text("INSERT INTO alembic_version SELECT 'models' WHERE NOT EXISTS "
                                 '(SELECT 1 FROM alembic_version)'))


def differences(db, service):
    """What autogenerate would still write: [] when models and migrations agree."""
    with db.engine.connect() as conn:
        context = migration.MigrationContext.configure(conn, opts={'compare_type': True})
        return autogenerate.compare_metadata(context, service.metadata)


def make(db, service, message):
    """Write a new migration file from what differs; read it before you commit it."""
    _prepare(db)
    os.makedirs(_versions(service), exist_ok=True)
    number = 1 + len(_numbers(service))
    command.revision(_settings(db, service), message=message, autogenerate=True, rev_id='%04d' % number)


def _settings(db, service):
    settings = alembic_config.Config()
    settings.set_main_option('script_location', str(importlib.resources.files('praline_common') / 'db' / 'migrations'))
    settings.set_main_option('path_separator', 'newline')
    settings.set_main_option('version_locations', _versions(service))
    settings.set_main_option('file_template', '%%(rev)s_%%(slug)s')
    settings.attributes['engine'] = db.engine
    settings.attributes['metadata'] = service.metadata
    return settings


def _versions(service):
    return str(importlib.resources.files(service.package) / 'db' / 'migrations' / 'versions')


def _numbers(service):
    where = _versions(service)
    return [name for name in os.listdir(where) if name[0].isdigit()] if os.path.isdir(where) else []


def _prepare(db):
    if db.sqlite:
        directory = os.path.dirname(db.engine.url.database or '')
        if directory:
            os.makedirs(directory, mode=0o700, exist_ok=True)
