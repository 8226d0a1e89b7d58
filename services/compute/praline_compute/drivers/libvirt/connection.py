# SPDX-License-Identifier: Apache-2.0
"""The connection to libvirtd: opened when first needed, opened again after the daemon died, errors by cause."""
import contextlib
import threading

import libvirt

from praline_compute.drivers import base

# A daemon that stops answering is given up after about this many seconds.
KEEPALIVE_INTERVAL = 5
KEEPALIVE_COUNT = 4

LOST = {libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_ERR_INVALID_CONN, libvirt.VIR_ERR_AUTH_UNAVAILABLE}
LOST_BELOW = {libvirt.VIR_FROM_REMOTE, libvirt.VIR_FROM_RPC}
LOST_CODES = {libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_ERR_RPC}

_loop_lock = threading.Lock()
_loop = []


def _start_event_loop():
    """Keepalive needs libvirt's event loop; it is one a process, and must exist before the first connection."""
    with _loop_lock:
        if not _loop:
            libvirt.registerErrorHandler(lambda *_: None, None)
            libvirt.virEventRegisterDefaultImpl()
            _loop.append(threading.Thread(target=_run_event_loop, name='libvirt-events', daemon=True))
            _loop[0].start()


def _run_event_loop():
    while True:
        libvirt.virEventRunDefaultImpl()


class Connection:
    """Connection(uri).use() gives a live virConnect; libvirt's errors leave it as DriverErrors."""

    def __init__(self, uri):
        self.uri = uri
        self._conn = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def use(self, doing='ask libvirt'):
        """A live connection.  HypervisorUnavailable names the daemon when there is none."""
        try:
            yield self._live()
        except libvirt.libvirtError as error:
            if is_lost(error):
                self._drop()
                raise self._unavailable(error) from error
            raise translate(error, doing) from error

    def close(self):
        self._drop()

    def _live(self):
        with self._lock:
            if self._conn is None or not self._conn.isAlive():
                self._conn = None
                _start_event_loop()
                self._conn = libvirt.open(self.uri)
                self._conn.setKeepAlive(KEEPALIVE_INTERVAL, KEEPALIVE_COUNT)
            return self._conn

    def _drop(self):
        with self._lock:
            conn, self._conn = self._conn, None
        if conn is not None:
            with contextlib.suppress(libvirt.libvirtError):
                conn.close()

    def _unavailable(self, error):
        return base.HypervisorUnavailable(
            f'libvirtd does not answer at {self.uri} ({error.get_error_message()}); '
            'start it, or look into its log: nothing was changed')


def is_lost(error):
    code, domain = error.get_error_code(), error.get_error_domain()
    return code in LOST or (domain in LOST_BELOW and code in LOST_CODES)


def translate(error, doing):
    code = error.get_error_code()
    message = f'could not {doing}: {error.get_error_message()}'
    if code == libvirt.VIR_ERR_NO_DOMAIN:
        return base.GuestNotFound(message)
    if code == libvirt.VIR_ERR_OPERATION_INVALID:
        return base.WrongState(message)
    if 'No space left' in message:
        return base.NoSpace(message)
    return base.HypervisorRefused(message)


__all__ = ['Connection', 'is_lost', 'translate']
