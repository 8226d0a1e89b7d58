# SPDX-License-Identifier: Apache-2.0
"""Power: what state a domain is in, and the verbs that change it; each takes a virDomain."""
import time

import libvirt

from praline_common.objects import guest as objects
from praline_compute.drivers import base

STATES = {
    libvirt.VIR_DOMAIN_NOSTATE: objects.NOSTATE, libvirt.VIR_DOMAIN_RUNNING: objects.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: objects.RUNNING, libvirt.VIR_DOMAIN_PAUSED: objects.PAUSED,
    # Going down, still running.
    libvirt.VIR_DOMAIN_SHUTDOWN: objects.RUNNING, libvirt.VIR_DOMAIN_SHUTOFF: objects.SHUTDOWN,
    libvirt.VIR_DOMAIN_CRASHED: objects.CRASHED, libvirt.VIR_DOMAIN_PMSUSPENDED: objects.SUSPENDED,
}
OFF_CAUSES = {
    libvirt.VIR_DOMAIN_SHUTOFF_SHUTDOWN: 'shut down from inside', libvirt.VIR_DOMAIN_SHUTOFF_DESTROYED: 'powered off',
    libvirt.VIR_DOMAIN_SHUTOFF_CRASHED: 'crashed', libvirt.VIR_DOMAIN_SHUTOFF_MIGRATED: 'migrated away',
    libvirt.VIR_DOMAIN_SHUTOFF_FAILED: 'failed to start',
}
PAUSE_CAUSES = {libvirt.VIR_DOMAIN_PAUSED_USER: 'paused', libvirt.VIR_DOMAIN_PAUSED_IOERROR: 'disk error',
                libvirt.VIR_DOMAIN_PAUSED_SAVE: 'being saved'}
POLL_SECONDS = 0.1


def guest_state(state, reason, saved):
    """GuestState of libvirt's pair; `saved` says whether its memory lies on the disk: then it is SUSPENDED."""
    power, cause = STATES.get(state, objects.NOSTATE), None
    if state == libvirt.VIR_DOMAIN_SHUTOFF:
        cause = OFF_CAUSES.get(reason)
        if saved:
            power, cause = objects.SUSPENDED, 'saved to disk'
        elif reason == libvirt.VIR_DOMAIN_SHUTOFF_CRASHED:
            power = objects.CRASHED
    elif state == libvirt.VIR_DOMAIN_PAUSED:
        cause = PAUSE_CAUSES.get(reason)
    return objects.GuestState(power_state=power, cause=cause)


def domain_state(domain):
    return guest_state(*domain.state(), domain.hasManagedSaveImage())


def start(domain):
    if not domain.isActive():
        domain.create()


def cut(domain):
    if domain.isActive():
        try:
            domain.destroy()
        except libvirt.libvirtError:
            # It may have ended by itself in this moment, or just now been found dead by a daemon that came back.
            if domain.isActive():
                raise
    # A saved memory would otherwise be woken by the next start.
    if domain.hasManagedSaveImage():
        domain.managedSaveRemove()


def stop(domain, timeout):
    """Button, wait, cut.  A guest that does not listen for the button is asked again every ten seconds."""
    deadline = time.monotonic() + timeout
    pressed = 0
    if domain.isActive() and timeout > 0 and domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED:
        deadline = 0
    while domain.isActive() and time.monotonic() < deadline:
        if time.monotonic() - pressed > 10:
            domain.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
            pressed = time.monotonic()
        time.sleep(POLL_SECONDS)
    cut(domain)


def pause(domain):
    _need_active(domain, 'paused')
    if domain.state()[0] != libvirt.VIR_DOMAIN_PAUSED:
        domain.suspend()


def interrupt(domain):
    _need_active(domain, 'interrupted')
    domain.injectNMI()


def unpause(domain):
    _need_active(domain, 'unpaused')
    if domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED:
        domain.resume()


def save(domain):
    if domain.hasManagedSaveImage() and not domain.isActive():
        return
    _need_active(domain, 'suspended')
    domain.managedSave(libvirt.VIR_DOMAIN_SAVE_RUNNING)


def wake(domain):
    if domain.isActive():
        return
    if not domain.hasManagedSaveImage():
        raise base.WrongState('the guest is off and has no saved memory to resume from')
    domain.create()


def _need_active(domain, verb):
    if not domain.isActive():
        raise base.WrongState(f'a guest that is off cannot be {verb}')
