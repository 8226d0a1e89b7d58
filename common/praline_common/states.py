# SPDX-License-Identifier: Apache-2.0
"""A transition table: which verb is legal in which state, and which task it begins."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Move:
    """states: where the verb may start (None: anywhere); tasks: beside which task (None in it: beside none;
    the whole None: beside any); task: the task that it sets."""

    states: tuple | None
    task: str | None = None
    tasks: tuple | None = (None,)


class Machine:
    """{verb: Move}.  `refuses(verb, state, task)` is None, or ('state' | 'task', the value in the way)."""

    def __init__(self, moves):
        self.moves = moves

    def __getitem__(self, verb):
        return self.moves[verb]

    def refuses(self, verb, state, task):
        move = self.moves[verb]
        if move.states is not None and state not in move.states:
            return 'state', state
        if move.tasks is not None and task not in move.tasks:
            return 'task', task
        return None

    def edges(self):
        """(state, verb, task) of every legal move, for a drawing."""
        return [(state, verb, move.task) for verb, move in self.moves.items() for state in move.states or ('*',)]
