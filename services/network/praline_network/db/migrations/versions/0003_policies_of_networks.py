# SPDX-License-Identifier: Apache-2.0
"""What `shared` and `external` of networks say stands in RBAC policies too."""
import uuid

from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'

_NETWORKS = sa.table('networks', *map(sa.column, ('id', 'project_id', 'shared', 'external')))
_POLICIES = sa.table('rbac_policies', *map(sa.column, ('id', 'project_id', 'object_type', 'object_id', 'action',
                                                       'target_tenant')))


def upgrade():
    conn = op.get_bind()
    for column, action in (('shared', 'access_as_shared'), ('external', 'access_as_external')):
        known = set(conn.execute(sa.select(_POLICIES.c.object_id).where(
            _POLICIES.c.action == action, _POLICIES.c.target_tenant == '*')).scalars())
        for network_id, project_id in conn.execute(sa.select(_NETWORKS.c.id, _NETWORKS.c.project_id).where(
                _NETWORKS.c[column] == sa.true())).all():
            if network_id not in known:
                conn.execute(_POLICIES.insert().values(
                    id=str(uuid.uuid4()), project_id=project_id, object_type='network', object_id=network_id,
                    action=action, target_tenant='*'))
