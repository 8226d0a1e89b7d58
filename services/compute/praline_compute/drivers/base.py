# SPDX-License-Identifier: Apache-2.0
"""What a compute driver must do, what it may do, and the errors it ends with.

Every verb is idempotent: asked twice, the second call finds its work done and changes nothing.  Every verb that
fails leaves nothing of its own behind.  Guests are named by the server's uuid; a driver sees only the guests of
its own cloud (Options.cloud_id).

    DriverError                  the root: str() of each is fit for a server's fault
    |-- GuestNotFound            no such guest on this host
    |-- HypervisorUnavailable    the daemon does not answer; names it and what to do
    |-- HypervisorRefused        the hypervisor answered, and said no
    |-- WrongState               not in the state that the verb needs (pause of a guest that is off)
    |-- ImageUnusable            the image is not what its format says, or reaches outside itself
    |-- NoSpace                  the host's disk is full
    |-- ProgramMissing           a program of the host is not installed; names the package
    |-- AttachFailed             a disk or card could not be attached; the guest is as before
    `-- DetachFailed             the guest did not let go; the device is still attached
"""
import abc
import dataclasses


class DriverError(Exception):
    pass


class GuestNotFound(DriverError):
    pass


class HypervisorUnavailable(DriverError):
    pass


class HypervisorRefused(DriverError):
    pass


class WrongState(DriverError):
    pass


class ImageUnusable(DriverError):
    pass


class NoSpace(DriverError):
    pass


class ProgramMissing(DriverError):
    pass


class AttachFailed(DriverError):
    pass


class DetachFailed(DriverError):
    pass


@dataclasses.dataclass(frozen=True)
class Options:
    """What every driver is made with; `uri`, `virt_type` and `initiator` are read by libvirt's only.

    virt_type: 'auto' (probe), 'kvm' or 'qemu'.  initiator: 'auto' (probe), 'kernel' or 'qemu'.
    host_ip is the address by which this host reaches volumes.
    """

    state_dir: str
    cloud_id: str
    hostname: str
    uri: str = 'qemu:///system'
    virt_type: str = 'auto'
    initiator: str = 'auto'
    host_ip: str = '127.0.0.1'


class Driver(abc.ABC):
    """One host's guests.  Safe to call from several threads, for different guests at once."""

    @abc.abstractmethod
    def ensure_guest(self, guest, image_path=None, power_on=True):
        """Build what is missing of `guest` (objects.guest.Guest), and start it unless power_on is False.

        Needs: bridges of its nics exist; image_path is the downloaded image when a disk's source is 'image'.
        Returns {volume_id, or 'root' for a root from an image: device name such as '/dev/vda'}.
        On failure: a guest that was not there before is gone with all its files, secrets and connections;
        one that was there is left as it was found.
        """

    @abc.abstractmethod
    def destroy_guest(self, uuid):
        """Power it off and remove it and all that is its own on this host; volumes are disconnected, not touched.

        A guest that is not there is fine.  What is left after a failure goes when asked again.
        """

    @abc.abstractmethod
    def start(self, uuid):
        """Make it run, from off, saved or crashed; a running or paused guest is left alone."""

    @abc.abstractmethod
    def stop(self, uuid, timeout=60):
        """Press its power button, wait up to `timeout` seconds, then cut the power; 0 cuts at once."""

    @abc.abstractmethod
    def reboot(self, uuid, hard=False, timeout=60):
        """Soft: as stop(timeout) and start.  Hard: cut the power and start from what is defined, also from off."""

    @abc.abstractmethod
    def pause(self, uuid):
        """Freeze a running guest in memory.  WrongState when it is off."""

    @abc.abstractmethod
    def trigger_crash_dump(self, uuid):
        """Send a running guest an interrupt that it cannot mask, at which its kernel dumps.  WrongState when it is off."""

    @abc.abstractmethod
    def unpause(self, uuid):
        """Let a paused guest go on.  WrongState when it is off."""

    @abc.abstractmethod
    def suspend(self, uuid):
        """Save its memory to the host's disk and free it.  WrongState when it is off."""

    @abc.abstractmethod
    def resume(self, uuid):
        """Go on from the saved memory; a running guest is left alone."""

    @abc.abstractmethod
    def state(self, uuid):
        """GuestState.  GuestNotFound when it is not here."""

    @abc.abstractmethod
    def guests(self):
        """{uuid: GuestState} of every guest of this cloud on this host."""

    @abc.abstractmethod
    def attach_disk(self, uuid, disk):
        """Attach a volume (GuestDisk, source 'volume'), live when the guest runs.  Returns its device name: the next free
        one, as guests count their disks, whatever name is asked for.

        On failure (AttachFailed) the connection to the volume is undone.
        """

    @abc.abstractmethod
    def detach_disk(self, uuid, volume_id):
        """Take a volume off, wait until the guest has let go, and disconnect it; one that is not there is fine."""

    @abc.abstractmethod
    def extend_disk(self, uuid, volume_id, size_gb):
        """Tell a guest that its volume has grown to size_gb; the volume service has grown it already."""

    @abc.abstractmethod
    def attach_nic(self, uuid, nic):
        """Attach a card (GuestNic), live when the guest runs.  AttachFailed leaves no tap behind."""

    @abc.abstractmethod
    def detach_nic(self, uuid, port_id):
        """Take off the card of that port; one that is not there is fine."""

    @abc.abstractmethod
    def console_log(self, uuid, lines=None):
        """The last `lines` lines (all that is kept when None) of its serial console, as bytes."""

    @abc.abstractmethod
    def vnc_address(self, uuid):
        """(host, port) of its display.  WrongState when it is off or has none."""

    @abc.abstractmethod
    def host_report(self, host=None):
        """HostReport of this host (`host`, when given, must be this one)."""

    @abc.abstractmethod
    def connector(self):
        """{'initiator', 'ip', 'host', 'multipath', 'platform', 'os_type'}: what the volume service exports to."""


class Snapshots(abc.ABC):
    @abc.abstractmethod
    def snapshot(self, uuid, path):
        """Write the root disk as it is now to a new file `path`, standing alone; returns its format, 'qcow2'.

        The guest may run (what its kernel has not written yet is not in it).  On failure no file is left.
        """


class Resize(abc.ABC):
    """begin_resize, then either confirm_resize or revert_resize; the guest is off during each."""

    @abc.abstractmethod
    def begin_resize(self, guest):
        """Give a guest that is off the size of `guest`, keeping what is needed to go back."""

    @abc.abstractmethod
    def confirm_resize(self, uuid):
        """Forget the way back.  May run."""

    @abc.abstractmethod
    def revert_resize(self, guest):
        """Back to the disk and size (`guest`) from before begin_resize; what was written since is lost."""


class Rescue(abc.ABC):
    @abc.abstractmethod
    def rescue(self, uuid, disk, image_path):
        """Boot it from a throw-away disk on the image that `disk` (GuestDisk, source 'image') names, its own disks
        behind; from any state.  On failure it boots from its own disks again."""

    @abc.abstractmethod
    def unrescue(self, uuid):
        """Boot from its own disks again; the throw-away disk is removed."""


class Diagnostics(abc.ABC):
    @abc.abstractmethod
    def diagnostics(self, uuid):
        """{'state', 'driver', 'hypervisor', 'uptime', 'memory_details', 'cpu_details', 'disk_details',
        'nic_details'} of a running guest, in the units of the compute API (seconds, MiB, ns, bytes)."""


class Leftovers(abc.ABC):
    @abc.abstractmethod
    def leftovers(self):
        """Uuids of guests of which something is on this host (files, connections) and no guest: what a killed agent
        left.  A guest that is being built right now is among them; destroy_guest removes what there is."""
