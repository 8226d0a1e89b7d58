# SPDX-License-Identifier: Apache-2.0
"""What others may ask of the volume service: the contract, the agents' reports, the API's own questions."""
import uuid

from praline_common import errors
from praline_common import log
from praline_common import rpc
from praline_common import service
from praline_common.api import proxy
from praline_volume import projects
from praline_volume.api import root
from praline_volume.db import attachments
from praline_volume.db import messages
from praline_volume.db import quotas
from praline_volume.db import services
from praline_volume.db import snapshots
from praline_volume.db import types
from praline_volume.db import volumes
from praline_volume.flows import adopt_snapshot
from praline_volume.flows import adopt_volume
from praline_volume.flows import create_snapshot
from praline_volume.flows import create_volume
from praline_volume.flows import delete_snapshot
from praline_volume.flows import delete_volume
from praline_volume.flows import extend_volume
from praline_volume.flows import reimage_volume
from praline_volume.flows import release_snapshot
from praline_volume.flows import release_volume
from praline_volume.flows import revert_volume
from praline_volume.flows import upload_volume
from praline_volume.intake import attachments as attaching
from praline_volume.intake import connections
from praline_volume.intake import snapshots as snapshot_intake
from praline_volume.intake import volumes as volume_intake

FLOWS = [create_volume.CreateVolume, delete_volume.DeleteVolume, extend_volume.ExtendVolume,
         create_snapshot.CreateSnapshot, delete_snapshot.DeleteSnapshot, upload_volume.UploadVolume,
         revert_volume.RevertVolume, reimage_volume.ReimageVolume, adopt_volume.AdoptVolume,
         release_volume.ReleaseVolume, adopt_snapshot.AdoptSnapshot, release_snapshot.ReleaseSnapshot]
HOURLY = 3600


def worker(runtime):
    """The Worker; the default volume type is there once it is made."""
    _ensure_default_type(runtime)
    endpoint = Endpoint(runtime)
    return service.Worker(
        endpoints=[endpoint, projects.Projects(runtime), proxy.Proxy(runtime, root.api(runtime))], flows=FLOWS,
        periodics=[(runtime.options.report_interval, endpoint.report_alive), (HOURLY, endpoint.forget_messages)])


class Endpoint:
    """See praline_common/contracts/volume.py."""

    def __init__(self, runtime):
        self._runtime, self._db = runtime, runtime.db
        self._connections = connections.Connections(runtime)

    @rpc.method
    def get_volume(self, ctx, volume_id):
        with self._db.read() as conn:
            return self._view(conn, volumes.get(conn, ctx, volume_id))

    @rpc.method
    def create_volume(self, ctx, volume_id, size, name, image_id, snapshot_id, source_volume_id, volume_type,
                      availability_zone):
        image = image_id and self._runtime.contracts.image.get(ctx, image_id)
        with self._db.write() as conn:
            if volumes.find(conn, volume_id):
                return self._view(conn, volumes.get(conn, ctx, volume_id))
            row = volume_intake.create(self._runtime, conn, ctx, {
                'id': volume_id, 'size': size, 'name': name, 'availability_zone': availability_zone, 'image': image,
                'snapshot': snapshot_id and snapshots.get(conn, ctx, snapshot_id),
                'source': source_volume_id and volumes.get(conn, ctx, source_volume_id),
                'volume_type': volume_type and types.named(conn, ctx, volume_type)})
            return self._view(conn, row)

    @rpc.method
    def delete_volume(self, ctx, volume_id):
        with self._db.write() as conn:
            row = volumes.find(conn, volume_id)
            if row is None or row['status'] == 'deleting':
                return
            volume_intake.delete(self._runtime, conn, ctx, volumes.get(conn, ctx, volume_id),
                                 force=row['status'] in ('creating', 'downloading', 'error', 'reserved'))

    @rpc.method
    def create_snapshot(self, ctx, snapshot_id, volume_id, name):
        with self._db.write() as conn:
            known = snapshots.find(conn, snapshot_id)
            if known is None:
                known = snapshot_intake.create(self._runtime, conn, ctx, volumes.get(conn, ctx, volume_id),
                                               {'id': snapshot_id, 'name': name}, force=True)
            return {'id': known['id'], 'volume_id': known['volume_id'], 'size': known['size'],
                    'status': known['status']}

    @rpc.method
    def reserve_attachment(self, ctx, attachment_id, volume_id, server_id):
        with self._db.write() as conn:
            row = attaching.reserve(conn, ctx, attachment_id, volumes.get(conn, ctx, volume_id), server_id)
            return {'id': row['id'], 'volume_id': row['volume_id'], 'status': row['status']}

    @rpc.method
    def connect_attachment(self, ctx, attachment_id, connector, mountpoint=None, mode=None):
        """`mode` is for the API, where an attachment may ask for one."""
        return self._connections.connect(ctx, attachment_id, connector, mountpoint, mode)

    @rpc.method
    def complete_attachment(self, ctx, attachment_id, mountpoint=None):
        with self._db.write() as conn:
            attaching.complete(conn, attachments.get(conn, ctx, attachment_id), mountpoint)

    @rpc.method
    def begin_detaching(self, ctx, volume_id):
        with self._db.write() as conn:
            attaching.begin_detaching(conn, volumes.get(conn, ctx, volume_id))

    @rpc.method
    def roll_detaching(self, ctx, volume_id):
        with self._db.write() as conn:
            attaching.roll_detaching(conn, volumes.get(conn, ctx, volume_id))

    @rpc.method
    def delete_attachment(self, ctx, attachment_id, force=False):
        """`force` is for the API's os-force_detach."""
        self._connections.detach(ctx, attachment_id, force)

    @rpc.method
    def initialize_connection(self, ctx, volume_id, connector):
        """For the API's older flow: {'driver_volume_type', 'data'}."""
        return self._connections.initialize(ctx, volume_id, connector)

    @rpc.method
    def terminate_connection(self, ctx, volume_id):
        self._connections.terminate(ctx, volume_id)

    @rpc.method
    def list_strangers(self, ctx, host):
        """For the API: what lies on the back end `host@backend#pool` and is not ours."""
        return self._runtime.agents.call(ctx, 'strangers', server=host.partition('@')[0])

    @rpc.method
    def log_levels(self, ctx, prefix):
        """For the API: see log.levels."""
        return log.levels(prefix)

    @rpc.method
    def set_log_levels(self, ctx, prefix, level):
        log.set_levels(level, prefix)

    @rpc.method
    def list_attachments(self, ctx, server_id=None):
        with self._db.read() as conn:
            return [{name: row[name] for name in ('id', 'volume_id', 'server_id', 'host', 'connection_info', 'status')}
                    for row in attachments.of_server(conn, server_id)]

    @rpc.method
    def default_zone(self, ctx):
        return self._runtime.options.availability_zone

    @rpc.method
    def project_usage(self, ctx, project_id):
        with self._db.read() as conn:
            return quotas.usage(conn, project_id)

    @rpc.method
    def report_backend(self, ctx, host, report):
        """An agent lives: `host@backend`, and what it has; see agent/main.py."""
        with self._db.write() as conn:
            services.heard(conn, host, services.VOLUME, report['zone'], report)

    def report_alive(self):
        """This worker places volumes, which users know as the scheduler."""
        with self._db.write() as conn:
            services.heard(conn, self._runtime.conf.host, services.SCHEDULER,
                           self._runtime.options.availability_zone, {})

    def forget_messages(self):
        with self._db.write() as conn:
            messages.forget_expired(conn)

    def _view(self, conn, row):
        return {'id': row['id'], 'name': row['name'] or '', 'status': row['status'], 'size': row['size'],
                'bootable': row['bootable'], 'multiattach': row['multiattach'],
                'attach_status': row['attach_status'], 'availability_zone': row['availability_zone'],
                'project_id': row['project_id'], 'volume_type': types.names(conn).get(row['volume_type_id']),
                'image_metadata': row['image_metadata'] or {}, 'encrypted': False}


def _ensure_default_type(runtime):
    name = runtime.options.default_type
    with runtime.db.write() as conn:
        try:
            types.create(conn, {'id': str(uuid.uuid4()), 'name': name, 'description': 'Default Volume Type',
                                'is_public': True, 'extra_specs': {}})
        except errors.Conflict:
            return
