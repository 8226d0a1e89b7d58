# SPDX-License-Identifier: Apache-2.0
"""The options of the volume service: the group [volume] of praline.conf."""
import os

from oslo_config import cfg

OPTIONS = [
    cfg.StrOpt('driver', default='file', choices=['file', 'lvm', 'fake'],
               help='Where this host keeps volumes: sparse files, an LVM thin pool, or nowhere (for tests).'),
    cfg.StrOpt('backend_name', default='',
               help='Name that types ask for with the extra spec volume_backend_name; empty: the name of the driver.'),
    cfg.StrOpt('directory', default='',
               help='Where volumes, snapshots and the records of exports lie; empty: <state>/volumes.'),
    cfg.StrOpt('lvm_group', default='praline', help='Volume group of the lvm driver.'),
    cfg.StrOpt('lvm_pool', default='volumes', help='Thin pool in that group.'),
    cfg.StrOpt('target_address', default='127.0.0.1',
               help='Address that the iSCSI target listens on and initiators connect to; IPv6 in brackets.'),
    cfg.PortOpt('target_port', default=3260, help='Port of the iSCSI target.'),
    cfg.IntOpt('target_control', default=1, min=0, max=32767,
               help='Control number of tgtd (its option -C), so that several live side by side.'),
    cfg.BoolOpt('target_start', default=True,
                help='Whether the agent starts tgtd when none answers; it outlives the agent, as guests need it.'),
    cfg.StrOpt('availability_zone', default='nova', help='Zone of this host, and of volumes that name none.'),
    cfg.StrOpt('default_type', default='__DEFAULT__',
               help='Type of volumes that name none; it is made at the first start.'),
    cfg.FloatOpt('oversubscription', default=20.0, min=1.0,
                 help='How many times its size a back end may promise, as unused space takes no room.'),
    cfg.IntOpt('quota_volumes', default=10, help='Volumes a project may have; -1: no limit.'),
    cfg.IntOpt('quota_snapshots', default=10, help='Snapshots a project may have.'),
    cfg.IntOpt('quota_gigabytes', default=1000, help='Size in GiB of all volumes and snapshots of a project.'),
    cfg.IntOpt('quota_per_volume_gigabytes', default=-1, help='Size in GiB of one volume.'),
    cfg.IntOpt('quota_groups', default=10, help='Groups a project may have.'),
    cfg.IntOpt('report_interval', default=20, min=1, help='Seconds between two signs of life of an agent.'),
    cfg.IntOpt('service_down_time', default=75, min=2, help='Seconds of silence after which a host gets no volumes.'),
    cfg.IntOpt('copy_timeout', default=3600, min=10, help='Longest time in seconds that copying data may take.'),
]


def directory(conf):
    return conf.volume.directory or os.path.join(os.path.abspath(conf.state), 'volumes')


def backend_name(conf):
    return conf.volume.backend_name or conf.volume.driver


def portal(conf):
    return f'{conf.volume.target_address}:{conf.volume.target_port}'


def tgt_socket(conf):
    return f'/var/run/tgtd/socket.{conf.volume.target_control}'
