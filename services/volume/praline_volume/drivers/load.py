# SPDX-License-Identifier: Apache-2.0
"""Makes the back end that the configuration names."""
import os

from praline_volume import conf as options
from praline_volume.drivers import exports
from praline_volume.drivers import fake
from praline_volume.drivers import file
from praline_volume.drivers import lvm
from praline_volume.drivers import tgt


def load(conf):
    """A `base.Driver`; nothing outside its directory is touched until it is asked something."""
    directory, own = options.directory(conf), conf.volume
    if own.driver == 'fake':
        return fake.FakeDriver(directory)
    exporter = exports.Exports(os.path.join(directory, 'exports'), tgt.Tgtd(options.tgt_socket(conf)),
                               options.portal(conf), conf.cloud_id)
    if own.driver == 'lvm':
        return lvm.LvmDriver(own.lvm_group, own.lvm_pool, exporter)
    return file.FileDriver(directory, exporter)
