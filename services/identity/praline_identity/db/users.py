# SPDX-License-Identifier: Apache-2.0
"""Users, and what is known of their passwords and logins."""
import operator

import sqlalchemy as sa

from praline_common.db import engine
from praline_common.db import query
from praline_common.db.prepared import Prepared
from praline_identity import clock
from praline_identity import errors
from praline_identity.db import filters
from praline_identity.db import mirror
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows
from praline_identity.db import trusts

KIND = 'user'
FILTERS = ('name', 'domain_id', 'enabled', 'default_project_id')
# The clause: the user lives here, and not in a directory.
OWN = query.Standing(models.users.c.mirrored_at.is_(None))
_COMPARE = {'lt': operator.lt, 'lte': operator.le, 'gt': operator.gt, 'gte': operator.ge, 'eq': operator.eq,
            'neq': operator.ne}
_U, _D, _W, _F = models.users, models.projects, models.passwords, models.federated_users
SHOWN_NAME = sa.func.coalesce(_U.c.federated_name, _U.c.name)
_SHOWN = [SHOWN_NAME.label('name') if column is _U.c.name else column for column in _U.c]
_FEDERATED = {'idp_id': _F.c.identity_provider_id, 'protocol_id': _F.c.protocol_id, 'unique_id': _F.c.unique_id}


def _newest():
    """The id of a user's newest password, as a subquery tied to users."""
    return sa.select(sa.func.max(_W.c.id)).where(_W.c.user_id == _U.c.id).correlate(_U).scalar_subquery()


def _select():
    return sa.select(*_SHOWN, _W.c.expires_at.label('password_expires_at')).join(_W, _W.c.id == _newest(), isouter=True)


def get(conn, user_id):
    found = engine.one(conn, _select().where(_U.c.id == user_id))
    if found is None or found['mirrored_at'] == mirror.GONE:
        raise rows.missing(KIND, user_id)
    return found


def several(conn, user_ids):
    return engine.rows(conn, _select().where(_U.c.id.in_(user_ids)).order_by(_U.c.id)) if user_ids else []


_ALL = Prepared(_select())


def list(conn, asked, wanted, *clauses):
    """Rows of the page `wanted`, narrowed by the query `asked` and by clauses on users."""
    return query.page(conn, _narrowed({**asked}) if asked else _ALL, _U, wanted, clauses=clauses)


def _narrowed(asked):
    statement = _named(_select(), asked.pop('name', None))
    statement = filters.apply(_through(statement, asked), _U, asked, FILTERS, {'name': SHOWN_NAME})
    if asked.get('password_expires_at'):
        statement = statement.where(expiry(asked['password_expires_at']))
    return statement


def _named(statement, name):
    """By the name shown, with the indexes of both columns that it may be in."""
    if name is None:
        return statement
    return statement.where(sa.or_(sa.and_(_U.c.name == name, _U.c.federated_name.is_(None)), _U.c.federated_name == name))


def _through(statement, asked):
    """Only who comes through the identity provider, protocol or unique id asked for."""
    clauses = [column == asked[word] for word, column in _FEDERATED.items() if word in asked]
    return statement.where(_U.c.id.in_(sa.select(_F.c.user_id).where(*clauses))) if clauses else statement


def expiry(text):
    """The clause of `password_expires_at=<lt|lte|gt|gte|eq|neq>:<time>`."""
    how, colon, moment = text.partition(':')
    compare = _COMPARE.get(how)
    if not colon or compare is None:
        raise errors.BadRequest('Invalid filter password_expires_at: it must be operator:time, the operator one of '
                                + ', '.join(_COMPARE))
    try:
        return compare(_W.c.expires_at, clock.read(moment))
    except ValueError:
        raise errors.BadRequest('Invalid filter password_expires_at: %s is not a time' % moment) from None


def _with_domain(*columns):
    return _select().add_columns(_D.c.name.label('domain_name'), _D.c.enabled.label('domain_enabled'), *columns).join(
        _D, _D.c.id == _U.c.domain_id)


_BY_ID = _U.c.id == sa.bindparam('user_id')
_FOR_TOKEN = Prepared(_with_domain().where(_BY_ID))
_FOR_LOGIN = _with_domain(_W.c.hash, _W.c.id.label('password_id'), _W.c.self_service,
                          _W.c.created_at.label('password_created_at'))
_LOGIN_BY_ID = Prepared(_FOR_LOGIN.where(_BY_ID))
_NAMED = _FOR_LOGIN.where(_U.c.name == sa.bindparam('user_name'))
_LOGIN_BY_NAME = Prepared(_NAMED.where(_D.c.id == sa.bindparam('in_domain')))
_LOGIN_BY_NAMES = Prepared(_NAMED.where(_D.c.name == sa.bindparam('in_domain'), _D.c.is_domain.is_(True)))


def for_token(conn, user_id):
    """The user with domain_name, domain_enabled and the end of the password, or None."""
    return engine.one(conn, _FOR_TOKEN, user_id=user_id)


def for_login(conn, user_id=None, name=None, domain_id=None, domain_name=None):
    """for_token's row with hash, password_created_at and self_service, by id or name and domain; None if unknown."""
    if user_id is not None:
        return engine.one(conn, _LOGIN_BY_ID, user_id=user_id)
    if domain_id:
        return engine.one(conn, _LOGIN_BY_NAME, user_name=name, in_domain=domain_id)
    return engine.one(conn, _LOGIN_BY_NAMES, user_name=name, in_domain=domain_name)


def create(conn, values):
    rows.create(conn, _U, {'id': rows.new_id(), 'created_at': clock.now(), **values}, KIND)


def save(conn, user_id, values):
    """A new name is the user's own, also of one that came from an identity provider."""
    if 'name' in values:
        values = {'federated_name': None, **values}
    rows.save(conn, _U, user_id, values, KIND)
    revision.bump(conn)


def delete(conn, user_id):
    """The user with assignments, credentials and trusts; tokens die with it."""
    rows.delete(conn, _U, user_id, KIND)
    rows.remove(conn, models.assignments, actor_kind='user', actor_id=user_id)
    for table in (models.credentials, models.request_tokens, models.access_tokens):
        rows.remove(conn, table, user_id=user_id)
    table = models.trusts
    trusts.delete_of(conn, sa.or_(table.c.trustor_user_id == user_id, table.c.trustee_user_id == user_id))
    revision.bump(conn)


def set_password(conn, user_id, hashed, expires_at, self_service=False):
    conn.execute(sa.insert(_W).values(user_id=user_id, hash=hashed, created_at=clock.now(),
                                      expires_at=expires_at, self_service=self_service))


def rehash(conn, password_id, hashed):
    """The same password, hashed another way: neither its age nor the tokens change."""
    conn.execute(sa.update(_W).where(_W.c.id == password_id).values(hash=hashed))


def past_hashes(conn, user_id, count):
    """The newest `count` hashes, the one in use first."""
    return conn.execute(sa.select(_W.c.hash).where(_W.c.user_id == user_id).order_by(_W.c.id.desc())
                        .limit(count)).scalars().all()


def note_failure(conn, user_id):
    conn.execute(sa.update(_U).where(_U.c.id == user_id).values(
        failed_logins=_U.c.failed_logins + 1, failed_at=clock.now()))


def note_lock(conn, user_id):
    conn.execute(sa.update(_U).where(_U.c.id == user_id).values(failed_at=clock.now()))


def note_success(conn, user_id, seen=None):
    values = {'failed_logins': 0, 'failed_at': None}
    if seen is not None:
        values['last_active_at'] = seen
    conn.execute(sa.update(_U).where(_U.c.id == user_id).values(**values))
