# SPDX-License-Identifier: Apache-2.0
"""Runs alembic on the engine that praline_common.db.migrate hands over."""
from alembic import context

settings = context.config.attributes
with settings['engine'].connect() as connection:
    context.configure(connection=connection, target_metadata=settings['metadata'],
                      render_as_batch=connection.dialect.name == 'sqlite')
    with context.begin_transaction():
        context.run_migrations()
