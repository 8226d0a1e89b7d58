# SPDX-License-Identifier: Apache-2.0
"""Horizon's environment, and a project with one of everything for its pages to show."""
import json
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
PASSWORD = 'walk-through-horizon'


def environment():
    """Where Horizon is installed, or a skip that says how to do that."""
    cache = pathlib.Path(os.environ.get('PRALINE_CACHE', HERE.parents[2] / '.praline-cache'))
    place = cache / 'horizon'
    if not (place / 'version').exists():
        pytest.skip('no Horizon at %s: `tests/system/clients/build-horizon %s` installs it' % (place, place))
    return place


def walk(cloud, user, requests):
    """The pages that horizon_walk.py saw as this user of the project `horizon`."""
    done = subprocess.run(
        [environment() / 'bin' / 'python', HERE / 'horizon_walk.py'], text=True, capture_output=True, timeout=300,
        input=json.dumps({'user': user, 'password': PASSWORD, 'domain': 'Default', 'requests': requests}),
        env={**os.environ, 'PRALINE_AUTH_URL': cloud.base + '/identity/v3', 'PYTHONPATH': str(HERE),
             'DJANGO_SETTINGS_MODULE': 'horizon_settings', 'PYTHONDONTWRITEBYTECODE': '1'})
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
