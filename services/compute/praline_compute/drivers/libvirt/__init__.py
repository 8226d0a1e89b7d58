# SPDX-License-Identifier: Apache-2.0
"""Guests by libvirt and QEMU.

    driver.py       the verbs, each a few lines
    building.py     ensure and destroy: a guest from nothing, and back
    resizing.py, rescuing.py, snapshots.py, diagnostics.py: the optional abilities
    power.py        start, stop, pause, save, and what state a domain is in
    attaching.py    disks and cards, hot
    disks.py        files; volumes.py: iSCSI; config_drive.py; consoles.py
    domain_xml.py   pure: a guest to XML
    connection.py   libvirtd, its death and its errors; host.py: capacity, the KVM probe

What deploy has to see to:
 * libvirtd at Options.uri, reachable by root; qemu-img, xorriso, mkswap, mkfs.ext4, qemu-block-extra (iSCSI).
 * QEMU must reach the state directory.  Either qemu.conf says user = "root" (and group), which is needed where the
   state directory lies under a 0700 directory; or every directory above it lets others pass (x), and libvirt's
   dynamic_ownership (its default) gives the files to QEMU's user.  The driver makes its own directories 0711.
 * qemu.conf `stdio_handler = "file"` (no virtlogd needed: the driver bounds console logs itself), and where there
   are no cgroups, `cgroup_controllers = []`.
 * Where the first process of the machine is slow to bury orphans (containers and bare VMs without systemd; seen: 1.6 s
   for each), libvirtd should run below a subreaper (`tini -s libvirtd`) or in a process namespace whose first process
   ignores SIGCHLD: stopping and removing a guest then takes 0.2 s instead of 1.8, saving 0.3 s instead of 1.3.
 * libvirtd's cache directory is kept between starts: finding out what QEMU can do takes seconds.
"""
