# SPDX-License-Identifier: Apache-2.0
"""POST /servers/{id}/action: every action, gathered from the files of each theme."""
from praline_compute.api.floating_ips import FloatingIpActions
from praline_compute.api.multinic import MultinicActions
from praline_compute.api.remote_consoles import ConsoleActions
from praline_compute.api.servers.backups import BackupActions
from praline_compute.api.servers.changing import ChangingActions
from praline_compute.api.servers.groups import SecurityGroupActions
from praline_compute.api.servers.keeping import KeepingActions
from praline_compute.api.servers.moving import MovingActions
from praline_compute.api.servers.power import PowerActions


class ServerActions(PowerActions, ChangingActions, KeepingActions, MovingActions, BackupActions, SecurityGroupActions,
                    ConsoleActions, FloatingIpActions, MultinicActions):
    """One class, because one path has one controller."""
