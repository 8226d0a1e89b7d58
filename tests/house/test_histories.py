# SPDX-License-Identifier: Apache-2.0
"""Every version at which something changes stands in its service's history, and so does every version it announces."""
import re

import pytest

from praline_common.api.microversion import Since, show
from tests.house import tree

SERVICES = ('compute', 'scheduler', 'volume')


def _history(name):
    return (tree.ROOT / 'services' / name / ('praline_' + name) / 'api' / 'history.py').read_text()


def _lines(name):
    """{(major, minor)} of the lines of the history."""
    return {tuple(map(int, version.split('.'))) for version in re.findall(r'(?<=[# ])(\d\.\d+) {1,4}\S', _history(name))}


def _changes(process, name):
    """{(major, minor)} that declarations of a service name, or that its code compares a version with."""
    found = set()
    runtime = process.runtime(name)
    for _, controller in runtime.service.room('api.root:api')(runtime).routes:
        for attribute in dir(controller):
            declared = getattr(getattr(controller, attribute), 'operation', None)
            for value in vars(declared).values() if declared else ():
                if isinstance(value, Since):
                    found |= {start for start, _ in value.entries}
            if declared:
                found |= {version for version in (declared.since, declared.until) if version}
    for module in tree.modules():
        if module.package == 'praline_' + name:
            found |= {(int(major), int(minor)) for major, minor in re.findall(
                r'version\w* (?:>=|<) \((\d), (\d+)\)', module.text)}
    return found


@pytest.mark.parametrize('name', SERVICES)
def test_every_announced_version_has_a_line(process, name):
    runtime = process.runtime(name)
    history = runtime.service.room('api.root:api')(runtime).history
    announced = {(history.first[0], minor) for minor in range(history.first[1], history.last[1] + 1)}
    assert sorted(map(show, announced - _lines(name) - {history.first})) == []


@pytest.mark.parametrize('name', SERVICES)
def test_every_change_stands_in_the_history(process, name):
    runtime = process.runtime(name)
    first = runtime.service.room('api.root:api')(runtime).history.first
    assert sorted(map(show, _changes(process, name) - _lines(name) - {first})) == []
