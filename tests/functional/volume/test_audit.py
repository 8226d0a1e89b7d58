# SPDX-License-Identifier: Apache-2.0
"""Drift between rows and the host is found, named and mended."""
import datetime

import pytest

from praline_common.objects.volume import Volume
from praline_volume.db import clock
from praline_volume.db import models


@pytest.fixture
def host(cloud):
    """Asks this host's agent behind the service's back."""
    runtime = cloud.runtime('volume')
    return lambda verb, **arguments: runtime.agents.call(None, verb, server=cloud.conf.host, **arguments)


def drift(volumes, thing_id, repair=False):
    answer = volumes.admin.post('/praline/audit') if repair else volumes.admin.get('/praline/audit')
    assert answer.status_int == 200, answer.text
    return [(row['kind'], row['repaired']) for row in answer.json['drift'] if row['id'] == thing_id]


def test_stray_volume_is_removed(volumes, host):
    host('create', volume=Volume(id='stray-one', size_gb=1))
    assert drift(volumes, 'stray-one') == [('stray', False)]
    assert drift(volumes, 'stray-one', repair=True) == [('stray', True)]
    assert 'stray-one' not in host('inventory')['volumes'] and drift(volumes, 'stray-one') == []


def test_export_to_nobody_is_taken_away(volumes, host):
    made = volumes.create()
    host('export', volume_id=made['id'])
    assert drift(volumes, made['id'], repair=True) == [('export', True)]
    assert made['id'] not in host('inventory')['exports']


def test_missing_volume_is_told(volumes, host, cloud):
    made = volumes.create()
    host('delete', volume_id=made['id'])
    with cloud.runtime('volume').db.write() as conn:
        conn.execute(models.VOLUMES.update().where(models.VOLUMES.c.id == made['id'])
                     .values(updated_at=clock.now() - datetime.timedelta(minutes=5)))
    assert drift(volumes, made['id'], repair=True) == [('missing', False)]
    volumes.api.delete(f'/v3/volumes/{made["id"]}')
    volumes.gone(made['id'])


def test_stuck_state_becomes_an_error(volumes):
    made = volumes.create()
    volumes.action(made['id'], 'os-reset_status', {'status': 'creating'}, volumes.admin)
    assert drift(volumes, made['id'], repair=True) == [('stuck', True)]
    assert volumes.wait(made['id'], 'error')


def test_reserved_without_attachment_is_settled(volumes):
    made = volumes.create()
    volumes.action(made['id'], 'os-reset_status', {'status': 'reserved'}, volumes.admin)
    assert drift(volumes, made['id'], repair=True) == [('unsettled', True)]
    assert volumes.wait(made['id'], 'available')


def test_untouched_volume_is_no_drift(volumes):
    assert drift(volumes, volumes.create()['id']) == []
