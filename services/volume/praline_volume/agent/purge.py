# SPDX-License-Identifier: Apache-2.0
"""Leaves nothing of this cloud's volumes on this host."""
from praline_volume.drivers import base
from praline_volume.drivers import load


def purge(conf):
    """Exports, snapshots and volumes are gone; the agent must not run."""
    driver = load.load(conf)
    for volume_id in driver.volumes():
        driver.unexport(volume_id)
        driver.delete(volume_id)
    if isinstance(driver, base.Snapshots):
        for snapshot_id in driver.snapshots():
            driver.delete_snapshot(snapshot_id)
