# SPDX-License-Identifier: Apache-2.0
"""The states of a server: what may begin in each, and the one word that the API shows for it."""
from praline_common.states import Machine, Move
from praline_compute import errors

BUILDING, ACTIVE, STOPPED, PAUSED, SUSPENDED = 'building', 'active', 'stopped', 'paused', 'suspended'
RESCUED, RESIZED, ERROR, DELETED, SOFT_DELETED = 'rescued', 'resized', 'error', 'deleted', 'soft-delete'
SHELVED, OFFLOADED = 'shelved', 'shelved_offloaded'

_REBOOTING = (None, 'rebooting', 'reboot_pending', 'reboot_started', 'rebooting_hard', 'reboot_pending_hard',
              'reboot_started_hard', 'resuming', 'unpausing', 'pausing', 'suspending')
_VOLUMES = (ACTIVE, PAUSED, STOPPED, RESIZED, SOFT_DELETED, SHELVED, OFFLOADED)

MACHINE = Machine({
    'stop': Move((ACTIVE, ERROR), 'powering-off'),
    'start': Move((STOPPED,), 'powering-on'),
    'reboot': Move((ACTIVE,), 'rebooting'),
    'reboot hard': Move((ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR), 'rebooting_hard', _REBOOTING),
    'pause': Move((ACTIVE,), 'pausing'),
    'unpause': Move((PAUSED,), 'unpausing'),
    'suspend': Move((ACTIVE,), 'suspending'),
    'resume': Move((SUSPENDED,), 'resuming'),
    'rescue': Move((ACTIVE, STOPPED, ERROR), 'rescuing'),
    'unrescue': Move((RESCUED,), 'unrescuing'),
    'rebuild': Move((ACTIVE, STOPPED, ERROR), 'rebuilding'),
    'resize': Move((ACTIVE, STOPPED), 'resize_prep'),
    'confirm_resize': Move((RESIZED,)),
    'revert_resize': Move((RESIZED,), 'resize_reverting'),
    'snapshot': Move((ACTIVE, STOPPED, PAUSED, SUSPENDED), 'image_snapshot'),
    'shelve': Move((ACTIVE, STOPPED, PAUSED, SUSPENDED), 'shelving'),
    'shelve_offload': Move((SHELVED,), 'shelving_offloading'),
    'unshelve': Move((SHELVED, OFFLOADED), 'unshelving'),
    'changePassword': Move((ACTIVE,), 'updating_password'),
    'attach_volume': Move(_VOLUMES, tasks=None),
    'detach_volume': Move(_VOLUMES, tasks=None),
    'swap_volume': Move((ACTIVE, PAUSED, RESIZED), tasks=None),
    'attach_interface': Move((ACTIVE, PAUSED, STOPPED)),
    'detach_interface': Move((ACTIVE, PAUSED, STOPPED)),
    'live_migrate': Move((ACTIVE, PAUSED), 'migrating'),
    'evacuate': Move((ACTIVE, STOPPED, ERROR), 'rebuilding'),
    'get_console': Move((ACTIVE, PAUSED, RESCUED, RESIZED, ERROR, STOPPED), tasks=None),
    'trigger_crash_dump': Move((ACTIVE, PAUSED, RESCUED, RESIZED, ERROR)),
    'soft_delete': Move((ACTIVE, STOPPED, PAUSED, SUSPENDED, RESCUED, RESIZED, ERROR, BUILDING, SHELVED), 'soft-deleting',
                        None),
    'delete': Move(None, 'deleting', None),
    'restore': Move((SOFT_DELETED,), 'restoring'),
    'lock': Move(None, tasks=None),
})

# What may begin on a server that is on no host; everything else is done by the host's agent.
_WITHOUT_HOST = {'attach_volume', 'detach_volume', 'unshelve', 'soft_delete', 'delete', 'restore', 'lock'}

_RESIZING = dict.fromkeys(('resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'), 'RESIZE')
_REBUILDING = dict.fromkeys(('rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'), 'REBUILD')
_SHOWN = {
    ACTIVE: {None: 'ACTIVE', **_RESIZING, **_REBUILDING, 'migrating': 'MIGRATING', 'updating_password': 'PASSWORD',
             **dict.fromkeys(('rebooting', 'reboot_pending', 'reboot_started'), 'REBOOT'),
             **dict.fromkeys(('rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'), 'HARD_REBOOT')},
    BUILDING: {None: 'BUILD'},
    STOPPED: {None: 'SHUTOFF', **_RESIZING, **_REBUILDING},
    RESIZED: {None: 'VERIFY_RESIZE', 'resize_reverting': 'REVERT_RESIZE'},
    PAUSED: {None: 'PAUSED', 'migrating': 'MIGRATING'},
    SUSPENDED: {None: 'SUSPENDED'},
    RESCUED: {None: 'RESCUE'},
    ERROR: {None: 'ERROR', **_REBUILDING},
    DELETED: {None: 'DELETED'},
    SOFT_DELETED: {None: 'SOFT_DELETED'},
    SHELVED: {None: 'SHELVED'},
    OFFLOADED: {None: 'SHELVED_OFFLOADED'},
}


def shown(vm_state, task_state):
    """The status word of the API."""
    words = _SHOWN.get(vm_state)
    return words.get(task_state, words[None]) if words else 'UNKNOWN'


def of_status(status):
    """{vm_state: (tasks, others)} of the rows that show this word, {} when there is no such word.

    others False: the rows with one of these tasks; True: those with none of these tasks.
    """
    found = {}
    for vm_state, words in _SHOWN.items():
        tasks = [task for task, word in words.items() if word == status.upper() and task]
        others = words[None] == status.upper()
        if others:
            tasks = [task for task, word in words.items() if task and word != status.upper()]
        if tasks or others:
            found[vm_state] = (tasks, others)
    return found


def check(server, verb, action=None):
    """WrongState when the verb may not begin now; also when it never got a host that could do it."""
    refused = MACHINE.refuses(verb, server['vm_state'], server['task_state'])
    if refused:
        attribute = 'vm_state' if refused[0] == 'state' else 'task_state'
        raise errors.WrongState("Cannot '%s' instance %s while it is in %s %s" % (
            action or verb.partition(' ')[0], server['id'], attribute, refused[1]))
    if verb not in _WITHOUT_HOST and not server['host']:
        raise errors.WrongState('Instance %s is not ready' % server['id'])


def check_unlocked(server, context):
    """ServerLocked when an admin or the owner has locked it and the asker is no admin."""
    if server['locked_by'] and not context.is_admin:
        raise errors.ServerLocked('Instance %s is locked' % server['id'])
