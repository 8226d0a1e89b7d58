# SPDX-License-Identifier: Apache-2.0
"""The server's state table."""
import pytest

from praline_compute import errors, states


def server(vm_state, task_state=None, locked_by=None):
    return {'id': 'x', 'vm_state': vm_state, 'task_state': task_state, 'locked_by': locked_by, 'host': 'h'}


@pytest.mark.parametrize('vm_state, task_state, word', [
    ('active', None, 'ACTIVE'), ('active', 'rebooting', 'REBOOT'), ('active', 'rebooting_hard', 'HARD_REBOOT'),
    ('active', 'deleting', 'ACTIVE'), ('building', 'spawning', 'BUILD'), ('stopped', None, 'SHUTOFF'),
    ('resized', None, 'VERIFY_RESIZE'), ('resized', 'resize_reverting', 'REVERT_RESIZE'),
    ('stopped', 'resize_migrating', 'RESIZE'), ('error', 'rebuilding', 'REBUILD'),
    ('shelved_offloaded', None, 'SHELVED_OFFLOADED')])
def test_words(vm_state, task_state, word):
    assert states.shown(vm_state, task_state) == word


@pytest.mark.parametrize('vm_state', ['active', 'stopped', 'resized', 'paused', 'error', 'building'])
def test_a_word_finds_the_states_that_show_it(vm_state):
    tasks, others = states.of_status(states.shown(vm_state, None))[vm_state]
    assert others and all(states.shown(vm_state, task) != states.shown(vm_state, None) for task in tasks)


def test_an_unknown_word_finds_nothing():
    assert states.of_status('FLYING') == {}


def test_refusal_names_the_state():
    with pytest.raises(errors.WrongState, match="Cannot 'pause' instance x while it is in vm_state stopped"):
        states.check(server('stopped'), 'pause')
    with pytest.raises(errors.WrongState, match='while it is in task_state rebooting'):
        states.check(server('active', 'rebooting'), 'pause')


def test_delete_begins_anywhere():
    for vm_state in ('building', 'error', 'shelved'):
        states.check(server(vm_state, 'spawning'), 'delete')


def test_every_move_ends_in_a_known_state():
    known = set(states._SHOWN)
    assert all(state in known for state, _, _ in states.MACHINE.edges() if state != '*')
