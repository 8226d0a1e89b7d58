# SPDX-License-Identifier: Apache-2.0
"""What the compute worker may ask of a host: the driver's verbs, for the host that the call names."""
import contextlib

from praline_common import errors, rpc
from praline_compute.agent import uptime
from praline_compute.drivers import base

_KINDS = ((base.GuestNotFound, errors.NotFound), (base.HypervisorUnavailable, errors.Unavailable),
          (base.WrongState, errors.Conflict), (base.DriverError, errors.DriverError))


class Endpoint:
    """Every verb may be asked twice.  needs_images False: guests of this driver are made without image data."""

    def __init__(self, drivers, images, reports, needs_images=True):
        self._drivers, self._images, self._reports, self._needs_images = drivers, images, reports, needs_images

    def _ask(self, host, verb, *args, **kwargs):
        driver = self._drivers.get(host)
        if driver is None:
            raise errors.NotFound('This agent does not serve the host %s.' % host)
        method = getattr(driver, verb, None)
        if method is None:
            raise errors.DriverError('The driver of %s cannot %s.' % (host, verb.replace('_', ' ')))
        try:
            return method(*args, **kwargs)
        except base.DriverError as error:
            kind = next(kind for cause, kind in _KINDS if isinstance(error, cause))
            raise kind(str(error)) from error

    @rpc.method
    def ensure_guest(self, ctx, host, guest, power_on=True):
        """{volume id or 'root': device name}."""
        image_id = next((disk.image_id for disk in guest.disks if disk.source == 'image'), None)
        with self._handed(ctx, image_id) as path:
            named = self._ask(host, 'ensure_guest', guest, path, power_on)
        self._reports.expect(host, guest.uuid)
        return named

    @rpc.method
    def destroy_guest(self, ctx, host, uuid):
        self._reports.forget(host, uuid)
        self._ask(host, 'destroy_guest', uuid)

    @rpc.method
    def start(self, ctx, host, uuid):
        self._ask(host, 'start', uuid)

    @rpc.method
    def stop(self, ctx, host, uuid, seconds=60):
        self._ask(host, 'stop', uuid, seconds)

    @rpc.method
    def reboot(self, ctx, host, uuid, hard=False, seconds=60):
        self._ask(host, 'reboot', uuid, hard, seconds)

    @rpc.method
    def pause(self, ctx, host, uuid):
        self._ask(host, 'pause', uuid)

    @rpc.method
    def trigger_crash_dump(self, ctx, host, uuid):
        self._ask(host, 'trigger_crash_dump', uuid)

    @rpc.method
    def unpause(self, ctx, host, uuid):
        self._ask(host, 'unpause', uuid)

    @rpc.method
    def suspend(self, ctx, host, uuid):
        self._ask(host, 'suspend', uuid)

    @rpc.method
    def resume(self, ctx, host, uuid):
        self._ask(host, 'resume', uuid)

    @rpc.method
    def state(self, ctx, host, uuid):
        return self._ask(host, 'state', uuid)

    @rpc.method
    def guests(self, ctx, host):
        """{uuid: GuestState} of every guest of this cloud there."""
        return self._ask(host, 'guests')

    @rpc.method
    def attach_disk(self, ctx, host, uuid, disk):
        return self._ask(host, 'attach_disk', uuid, disk)

    @rpc.method
    def detach_disk(self, ctx, host, uuid, volume_id):
        self._ask(host, 'detach_disk', uuid, volume_id)

    @rpc.method
    def extend_disk(self, ctx, host, uuid, volume_id, size_gb):
        self._ask(host, 'extend_disk', uuid, volume_id, size_gb)

    @rpc.method
    def attach_nic(self, ctx, host, uuid, nic):
        self._ask(host, 'attach_nic', uuid, nic)

    @rpc.method
    def detach_nic(self, ctx, host, uuid, port_id):
        self._ask(host, 'detach_nic', uuid, port_id)

    @rpc.method
    def console_log(self, ctx, host, uuid, lines=None):
        """The text of the serial console; bytes that are no UTF-8 become question marks."""
        return self._ask(host, 'console_log', uuid, lines).decode('utf-8', 'replace')

    @rpc.method
    def vnc_address(self, ctx, host, uuid):
        """[host, port]."""
        return list(self._ask(host, 'vnc_address', uuid))

    @rpc.method
    def uptime(self, ctx):
        """Of the machine that this agent runs on."""
        return uptime.read()

    @rpc.method
    def connector(self, ctx, host):
        return self._ask(host, 'connector')

    @rpc.method
    def diagnostics(self, ctx, host, uuid):
        return self._ask(host, 'diagnostics', uuid)

    @rpc.method
    def begin_resize(self, ctx, host, guest):
        self._ask(host, 'begin_resize', guest)

    @rpc.method
    def confirm_resize(self, ctx, host, uuid):
        self._ask(host, 'confirm_resize', uuid)

    @rpc.method
    def revert_resize(self, ctx, host, guest):
        self._ask(host, 'revert_resize', guest)

    @rpc.method
    def rescue(self, ctx, host, uuid, disk):
        with self._handed(ctx, disk.image_id) as path:
            self._ask(host, 'rescue', uuid, disk, path)

    @rpc.method
    def unrescue(self, ctx, host, uuid):
        self._ask(host, 'unrescue', uuid)

    @rpc.method
    def snapshot(self, ctx, host, uuid, image_id):
        """Fill the queued image with the root disk as it is now."""
        self._images.upload(ctx, image_id, lambda path: self._ask(host, 'snapshot', uuid, path))

    def _handed(self, ctx, image_id):
        return self._images.handed(ctx, image_id) if self._needs_images else contextlib.nullcontext()
