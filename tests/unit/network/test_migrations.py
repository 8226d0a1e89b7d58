# SPDX-License-Identifier: Apache-2.0
"""A cloud made before RBAC policies were the truth of `shared` and `external` keeps what its users see."""
import sqlalchemy as sa

from praline_common import service as services
from praline_common.db import engine, migrate
from praline_network.db import models


def _network(name, **values):
    row = {column.name: False if isinstance(column.type, sa.Boolean) else 1 if isinstance(column.type, sa.Integer) else ''
           for column in models.networks.columns if not column.nullable}
    return {**row, 'id': name, 'project_id': 'p', **values}


def test_shared_and_external_networks_get_their_policies(tmp_path):
    db, network = engine.Database('sqlite:///%s/network.sqlite' % tmp_path), services.installed()['network']
    try:
        migrate.upgrade(db, network, '0002')
        with db.write() as conn:
            for number, values in enumerate(({'external': True}, {'shared': True}, {})):
                conn.execute(models.networks.insert(), _network('n%d' % number, segmentation_id=number, **values))
        for _ in range(2):
            migrate.upgrade(db, network)
        with db.read() as conn:
            table = models.rbac_policies
            found = conn.execute(sa.select(table.c.object_id, table.c.action, table.c.target_tenant, table.c.project_id))
            assert sorted(map(tuple, found)) == [('n0', 'access_as_external', '*', 'p'), ('n1', 'access_as_shared', '*', 'p')]
    finally:
        db.close()
