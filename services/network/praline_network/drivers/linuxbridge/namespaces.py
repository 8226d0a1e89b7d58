# SPDX-License-Identifier: Apache-2.0
"""Network namespaces: entering one with a thread of its own, so that no other thread ever leaves home."""
import concurrent.futures
import ctypes
import os
import threading

from praline_common import errors

DIRECTORY = '/run/netns'
CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def names(prefix):
    """Of the namespaces here, those whose name starts so."""
    try:
        return sorted(name for name in os.listdir(DIRECTORY) if name.startswith(prefix))
    except FileNotFoundError:
        return []


def exists(name):
    return os.path.exists(os.path.join(DIRECTORY, name))


def identity(name):
    """Tells a namespace from a later one of the same name."""
    return os.stat(os.path.join(DIRECTORY, name)).st_ino


def within(name, function, *args):
    """What function(*args) returns or raises when it runs inside the namespace.

    Programs that it starts, sockets that it opens and /proc/sys/net that it reads are the namespace's.
    """
    future = concurrent.futures.Future()
    thread = threading.Thread(target=_enter_and_run, args=(future, name, function, args), daemon=True)
    thread.start()
    return future.result()


def _enter_and_run(future, name, function, args):
    try:
        _enter(name)
        future.set_result(function(*args))
    except BaseException as error:
        future.set_exception(error)


def _enter(name):
    try:
        handle = os.open(os.path.join(DIRECTORY, name), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise errors.DriverError('The network namespace %s does not exist.' % name) from None
    try:
        if _LIBC.setns(handle, CLONE_NEWNET):
            code = ctypes.get_errno()
            raise errors.DriverError('The network namespace %s cannot be entered: %s.' % (name, os.strerror(code)))
    finally:
        os.close(handle)


def set_kernel_values(values):
    """Write {'net/ipv4/ip_forward': '1'} below /proc/sys, for the namespace of the calling thread."""
    for path, value in values.items():
        with open('/proc/sys/' + path, 'w') as file:
            file.write(value)


def kernel_values(paths):
    found = {}
    for path in paths:
        with open('/proc/sys/' + path) as file:
            found[path] = file.read().strip()
    return found
