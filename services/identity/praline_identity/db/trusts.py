# SPDX-License-Identifier: Apache-2.0
"""Trusts: one user lets another act for them in a project, with some roles, for a time or a number of uses."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import clock
from praline_identity.db import models
from praline_identity.db import revision
from praline_identity.db import rows

KIND = 'trust'
_T, _R = models.trusts, models.trust_roles


def _living():
    return (sa.or_(_T.c.expires_at.is_(None), _T.c.expires_at > clock.now()),
            sa.or_(_T.c.remaining_uses.is_(None), _T.c.remaining_uses > 0))


def get(conn, trust_id, used_up=False):
    """The living trust with role_ids; used_up: also one whose uses are all taken."""
    where = _living()[:1] if used_up else _living()
    found = engine.one(conn, sa.select(_T).where(_T.c.id == trust_id, *where))
    if found is None:
        raise rows.missing(KIND, trust_id)
    found['role_ids'] = role_ids(conn, [trust_id])[trust_id]
    return found


def pedigree(conn, trust):
    """The trusts that this one was passed on from, nearest first; NotFound when one of them is gone."""
    chain = []
    while trust['redelegated_trust_id']:
        trust = get(conn, trust['redelegated_trust_id'], used_up=True)
        chain.append(trust)
    return chain


def list(conn, trustor=None, trustee=None):
    where = [*_living()]
    if trustor:
        where.append(_T.c.trustor_user_id == trustor)
    if trustee:
        where.append(_T.c.trustee_user_id == trustee)
    return engine.rows(conn, sa.select(_T).where(*where).order_by(_T.c.id))


def role_ids(conn, trust_ids):
    """{trust id: [role ids]}."""
    found = {trust_id: [] for trust_id in trust_ids}
    for trust_id, role_id in conn.execute(sa.select(_R.c.trust_id, _R.c.role_id).where(
            _R.c.trust_id.in_(found.keys())).order_by(_R.c.role_id)):
        found[trust_id].append(role_id)
    return found


def create(conn, values, roles):
    conn.execute(sa.insert(_T).values(**values))
    if roles:
        conn.execute(sa.insert(_R), [{'trust_id': values['id'], 'role_id': role_id} for role_id in roles])


def consume(conn, trust_id):
    """Take one use; False when none was left."""
    taken = conn.execute(sa.update(_T).where(_T.c.id == trust_id, _T.c.remaining_uses > 0).values(
        remaining_uses=_T.c.remaining_uses - 1)).rowcount
    return bool(taken)


def delete(conn, trust_id):
    """This trust and those that were passed on from it."""
    delete_of(conn, _T.c.id == trust_id)


def delete_of(conn, clause):
    """The trusts that a clause on their columns picks, and those that were passed on from them."""
    doomed = ids = conn.execute(sa.select(_T.c.id).where(clause)).scalars().all()
    while doomed:
        doomed = conn.execute(sa.select(_T.c.id).where(_T.c.redelegated_trust_id.in_(doomed),
                                                       _T.c.id.not_in(ids))).scalars().all()
        ids = [*ids, *doomed]
    if ids:
        conn.execute(sa.delete(_T).where(_T.c.id.in_(ids)))
        revision.bump(conn)
