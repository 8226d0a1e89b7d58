# SPDX-License-Identifier: Apache-2.0
"""Removes every guest of this cloud from this host, with its disks: the end of a cloud."""
import os

from praline_compute import drivers
from praline_compute.drivers.base import Options


def purge(conf):
    """Nothing of the cloud's guests is left afterwards; safe to repeat."""
    options = conf.compute
    driver = drivers.load(options.driver, Options(
        state_dir=os.path.abspath(conf.state), cloud_id=conf.cloud_id, hostname=conf.host, uri=options.libvirt_uri,
        virt_type=options.virt_type, initiator=options.initiator, host_ip=options.host_ip))
    for uuid in driver.guests():
        driver.destroy_guest(uuid)
