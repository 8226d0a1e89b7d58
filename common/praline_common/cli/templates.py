# SPDX-License-Identifier: Apache-2.0
"""The files under deploy/ that end in .in: configuration of other programs, with @NAMES@ to fill in."""
import os
import re

from praline_common import errors

_PLACE = re.compile(r'@([A-Z]+)@')


def checkout():
    """The directory that holds api-paste.ini and deploy/: the checkout this code runs from."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def fill(name, **values):
    """The text of deploy/<name>.in with every @NAME@ outside comments replaced; Error when one has no value."""
    with open(os.path.join(checkout(), 'deploy', name + '.in')) as file:
        lines = file.readlines()
    return ''.join(line if line.startswith('#') else _PLACE.sub(lambda found: _value(name, values, found), line)
                   for line in lines)


def service(state, mount, name):
    """The ini of one service's API."""
    return fill('uwsgi/service.ini', MOUNT=mount, SERVICE=name, **_places(state))


def embedded(state, address):
    """The ini of the whole cloud in one process."""
    return fill('uwsgi/embedded.ini', ADDRESS=address, **_places(state))


def _places(state):
    return {'COMMON': state.path('etc', 'uwsgi.ini'), 'RUN': state.path('run')}


def _value(name, values, found):
    if found.group(1) not in values:
        raise errors.Error('deploy/%s.in names %s, which has no value' % (name, found.group(0)))
    return str(values[found.group(1)])
