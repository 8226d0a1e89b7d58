# SPDX-License-Identifier: Apache-2.0
"""The contract of a volume back end: twelve verbs, and three optional abilities.

Every verb may be asked twice: the second call finds the work done and returns the same.
A verb that raises has undone what it began, so that nothing of it is left; a verb that was
killed half-way leaves nothing that `volumes()` shows, and asking again completes it.
Errors are those of `praline_volume/errors.py`.  All verbs may be called from several threads,
but never two at once for one volume (the operation's lease sees to that).
"""
import abc


class Driver(abc.ABC):
    """What every back end does."""

    @abc.abstractmethod
    def check(self):
        """Raise BackendUnavailable, naming the program, daemon or directory that is missing and what to do."""

    @abc.abstractmethod
    def capacity(self):
        """`{'total_gb': float, 'free_gb': float}` of the place the volumes live in."""

    @abc.abstractmethod
    def volumes(self):
        """What really exists: `{volume id: size in GiB}`."""

    @abc.abstractmethod
    def create(self, volume):
        """A volume of `volume.size_gb` GiB that reads as zeros.  An existing one keeps its data."""

    @abc.abstractmethod
    def delete(self, volume_id):
        """The volume is gone; so is success if it never was.  VolumeExported while it is exported."""

    @abc.abstractmethod
    def create_from_image(self, volume, path, disk_format):
        """A volume that holds the image file `path` and zeros after it.

        The image is inspected first: ImageRefused when it is not of `disk_format`, refers to
        other files, is encrypted, or is larger than the volume.  An existing volume is kept as it is.
        """

    @abc.abstractmethod
    def copy_to_image(self, volume, path, disk_format):
        """Write the volume's content to the file `path` in `disk_format`, replacing what is there."""

    @abc.abstractmethod
    def extend(self, volume_id, size_gb):
        """The volume has at least `size_gb` GiB, new space reads as zeros; whoever is logged in can see it.

        Never shrinks: a volume that is larger stays so.  VolumeMissing if there is none.
        """

    @abc.abstractmethod
    def export(self, volume_id):
        """Make the volume reachable and return how:

        `{'target_portal': 'host:port', 'target_iqn': str, 'target_lun': int,
        'auth_method': 'CHAP', 'auth_username': str, 'auth_password': str}`.
        The same while the export lives.  VolumeMissing if there is no volume.
        """

    @abc.abstractmethod
    def unexport(self, volume_id):
        """Nobody reaches the volume any more; sessions still open are cut, the secret is forgotten."""

    @abc.abstractmethod
    def exports(self):
        """What is really reachable: `{volume id: number of sessions}`."""

    @abc.abstractmethod
    def ensure_exports(self):
        """Make again, with their old secrets, the exports that a restart of the target daemon lost.

        Returns the ids of those that had to be made.  Exports whose volume is gone are dropped.
        """


class Snapshots(abc.ABC):
    """A back end that keeps the content of a moment."""

    @abc.abstractmethod
    def snapshots(self):
        """What really exists: `{snapshot id: size in GiB}`."""

    @abc.abstractmethod
    def create_snapshot(self, snapshot_id, volume_id):
        """Keep the volume's present content as `snapshot_id`.  VolumeMissing if there is no volume."""

    @abc.abstractmethod
    def delete_snapshot(self, snapshot_id):
        """The snapshot is gone; volumes made from it stay."""

    @abc.abstractmethod
    def create_from_snapshot(self, volume, snapshot_id):
        """A volume with the snapshot's content, grown to `volume.size_gb`.  VolumeMissing if there is no snapshot."""


class Clones(abc.ABC):
    """A back end that copies a volume by itself."""

    @abc.abstractmethod
    def clone(self, volume, source_id):
        """A volume with the present content of volume `source_id`, grown to `volume.size_gb`."""


class Strangers(abc.ABC):
    """A back end where other people's volumes and snapshots lie beside ours, each under a name of its own.

    What is let go of keeps its content, and is nobody's until somebody adopts it by that name.
    """

    @abc.abstractmethod
    def strangers(self):
        """What lies here and is not ours: `{'volumes': {name: size in GiB}, 'snapshots': {name: size in GiB}}`."""

    @abc.abstractmethod
    def release(self, volume_id):
        """The volume is the stranger `volume-<id>`.  VolumeExported while it is exported, VolumeMissing if none is."""

    @abc.abstractmethod
    def adopt(self, volume_id, name):
        """The stranger of that name is our volume `volume_id`; its size in GiB.  VolumeMissing if there is none."""

    @abc.abstractmethod
    def release_snapshot(self, snapshot_id):
        """The snapshot is the stranger `_snapshot-<id>`.  VolumeMissing if there is none."""

    @abc.abstractmethod
    def adopt_snapshot(self, snapshot_id, name):
        """The stranger of that name is our snapshot `snapshot_id`; its size in GiB.  VolumeMissing if there is none."""


def released_name(kind, thing_id):
    """What a thing of this kind ('volumes', 'snapshots') is called when it is let go of."""
    return f'volume-{thing_id}' if kind == 'volumes' else f'_snapshot-{thing_id}'
