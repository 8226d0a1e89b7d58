# SPDX-License-Identifier: Apache-2.0
"""The matrix of who may do what: every operation asked by everybody, against who_may.txt."""
import pathlib

import pytest

from praline_common import rpc
from praline_common.api import rest
from praline_common.testing.cloud import TestCloud
from praline_identity import deletions
from praline_identity.api import root
from praline_identity.bootstrap import bootstrap

from . import people
from .conftest import CHEAP, PASSWORD, Identity
from .examples import EXAMPLES

TABLE = pathlib.Path(__file__).with_name('who_may.txt')
SHORT = {403: '.'}


def keys():
    """'METHOD path' of every operation, and its Operation."""
    for template, controller in root.ROUTES:
        for verbs, ending in ((rest.COLLECTION, ''), (rest.ITEM, '/{id}')):
            for method, name in verbs.items():
                declared = getattr(getattr(controller, name, None), 'operation', None)
                if declared is not None:
                    yield '%s %s' % (method, (template.rstrip('/') + ending) or '/'), declared


def table():
    """{key: [answers]} as the file has it."""
    found = {}
    for line in TABLE.read_text().splitlines():
        words = line.split()
        if words and not words[0].startswith('#'):
            found[' '.join(words[len(people.PEOPLE):])] = words[:len(people.PEOPLE)]
    return found


def line(key, answers):
    return '%s  %s' % (''.join('%5s' % answer for answer in answers), key)


class Empty:
    """A service in which no project has anything."""

    @rpc.method
    def project_resources(self, ctx, project_id):
        return []


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    neighbours = {name: Empty() for name in deletions.SERVICES}
    with TestCloud(tmp_path_factory.mktemp('cloud'), ['identity'], neighbours, options=CHEAP) as cloud:
        bootstrap(cloud.runtime('identity'), PASSWORD, {})
        yield people.World(Identity(cloud))


def answers(world, key):
    """What everybody is told, in the table's words."""
    found = []
    for client in world.clients.values():
        method, path, body, headers = EXAMPLES[key].request(world, key)
        answer = client.request(method, path, body, headers)
        found.append(SHORT.get(answer.status_int, str(answer.status_int)))
    return found


def test_every_operation_has_its_example():
    have = {' '.join(key.split()[:2]) for key in EXAMPLES}
    missing = ["    %r: ask(),   # %s; a right request for it" % (key, declared.name)
               for key, declared in keys() if key not in have]
    assert not missing, 'Add to EXAMPLES in tests/functional/identity/examples.py:\n' + '\n'.join(missing)


def test_every_example_and_every_line_is_of_an_operation():
    known = {key for key, _ in keys()}
    gone = [key for key in {**EXAMPLES, **table()} if ' '.join(key.split()[:2]) not in known]
    assert not gone, 'Delete from examples.py and who_may.txt, no operation answers there: %s' % gone
    strangers = sorted(set(table()) - set(EXAMPLES))
    assert not strangers, 'Lines of who_may.txt without an example in examples.py: %s' % strangers


@pytest.mark.parametrize('key', EXAMPLES)
def test_who_may(world, key):
    wanted, found = table().get(key), answers(world, key)
    assert wanted, 'Add to tests/functional/identity/who_may.txt, when each answer is right:\n' + line(key, found)
    assert found == wanted, '\n'.join(
        ['%s\n%s  what who_may.txt says' % (line(key, found), line('', wanted).rstrip())] + [
            '%s is told %s instead of %s' % (who, got, due)
            for who, got, due in zip(people.PEOPLE, found, wanted) if got != due])
