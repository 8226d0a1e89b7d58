# SPDX-License-Identifier: Apache-2.0
"""What a provider is: its traits and the aggregates it belongs to."""
import os_traits
import sqlalchemy as sa

from praline_scheduler.db import providers
from praline_scheduler.db.models import provider_aggregates, provider_traits, traits

STANDARD = frozenset(os_traits.get_traits())


def traits_of(conn, provider_id):
    """Sorted names."""
    return list(conn.execute(sa.select(provider_traits.c.trait).where(
        provider_traits.c.provider_id == provider_id).order_by(provider_traits.c.trait)).scalars())


def set_traits(conn, provider_id, wanted, present=None):
    """Make these names all the provider's traits."""
    present = traits_of(conn, provider_id) if present is None else present
    _replace(conn, provider_traits, provider_traits.c.trait, provider_id, set(wanted), set(present))


def aggregates_of(conn, provider_id):
    return list(conn.execute(sa.select(provider_aggregates.c.aggregate_id).where(
        provider_aggregates.c.provider_id == provider_id).order_by(provider_aggregates.c.aggregate_id)).scalars())


def set_aggregates(conn, provider_id, wanted, present=None):
    """Make these ids all the aggregates that the provider belongs to."""
    present = aggregates_of(conn, provider_id) if present is None else present
    _replace(conn, provider_aggregates, provider_aggregates.c.aggregate_id, provider_id, set(wanted), set(present))


def _replace(conn, table, column, provider_id, wanted, present):
    if present - wanted:
        conn.execute(table.delete().where(table.c.provider_id == provider_id, column.in_(present - wanted)))
    if wanted - present:
        conn.execute(table.insert(), [{'provider_id': provider_id, column.name: name}
                                      for name in sorted(wanted - present)])


def custom_traits(conn):
    """{name: created_at} of the traits that are not standard."""
    return dict(conn.execute(sa.select(traits.c.name, traits.c.created_at)).all())


def create_custom_traits(conn, names):
    """See that these names exist; standard ones always do."""
    names = {name for name in names if name not in STANDARD}
    if not names:
        return
    known = set(conn.execute(sa.select(traits.c.name).where(traits.c.name.in_(names))).scalars())
    if names - known:
        conn.execute(traits.insert(), [{'name': name, 'created_at': providers.now()}
                                       for name in sorted(names - known)])


def delete_custom_trait(conn, name):
    """Whether there was one."""
    return bool(conn.execute(traits.delete().where(traits.c.name == name)).rowcount)


def has_provider(conn, name):
    return bool(conn.execute(sa.select(provider_traits.c.provider_id).where(
        provider_traits.c.trait == name).limit(1)).first())


def associated(conn):
    """Names of the traits that some provider has."""
    return set(conn.execute(sa.select(provider_traits.c.trait).distinct()).scalars())
