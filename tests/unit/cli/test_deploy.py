# SPDX-License-Identifier: Apache-2.0
"""What operators get from `praline config deploy`: the programs that read it find nothing wrong, and it runs."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import pytest

from praline_common import config, errors, service
from praline_common.cli import backing, layout, main, programs, templates
from praline_common.cli import state as states
from praline_common.db import migrate
from praline_common.process import Process

CONF = """\
[DEFAULT]
state = %s
base_url = http://127.0.0.1:8999
paste_config = %s/api-paste.ini
[rpc]
transport_url = %s
[volume]
driver = fake
[network]
driver = fake
[compute]
driver = fake
"""


@pytest.fixture
def state(tmp_path):
    """state(transport): a cloud's directory with the configuration alone."""
    def make(transport='rabbit://u:p@127.0.0.1:1/'):
        made = states.State(str(tmp_path / 'state'))
        for name in ('etc', 'run', 'log', 'keys', 'images'):
            os.makedirs(made.path(name), exist_ok=True)
        states.write(made.config, CONF % (made.root, templates.checkout(), transport))
        states.write(made.path('etc', 'uwsgi.ini'), templates.fill('uwsgi/praline.ini', VENV=sys.prefix, CLOUD='tst'))
        return made
    return make


@pytest.fixture
def deployed(tmp_path, capsys):
    """deployed(state): the directory that the command wrote."""
    def run(made):
        assert main.main(['--state', made.root, 'config', 'deploy', str(tmp_path / 'out')]) == 0
        return tmp_path / 'out'
    return run


def needs(program):
    if not shutil.which(program):
        pytest.skip('missing: ' + program)


def test_every_template_is_filled(state, deployed):
    out = deployed(state())
    found = sorted(str(path.relative_to(out)) for path in out.rglob('*.*'))
    assert found == ['apache/praline.conf', 'nginx/praline.conf', 'systemd/praline-agent.service',
                     'systemd/praline-api@.service', 'systemd/praline-worker.service']
    for name in found:
        lines = (out / name).read_text().splitlines()
        assert not [line for line in lines if re.search('@[A-Z]+@', line) and not line.startswith('#')]


def test_a_name_without_a_value_is_an_error():
    with pytest.raises(errors.Error, match='deploy/nginx/praline.conf.in names @PORT@, which has no value'):
        templates.fill('nginx/praline.conf', RUN='/run')


def test_an_embedded_cloud_has_one_unit(state, deployed):
    out = deployed(state('inprocess://'))
    assert [path.name for path in out.rglob('*.*')] == ['praline.service']


@pytest.mark.parametrize('transport', ['rabbit://u:p@127.0.0.1:1/', 'inprocess://'])
def test_systemd_takes_the_units(state, deployed, transport):
    needs('systemd-analyze')
    units = sorted(str(path) for path in (deployed(state(transport)) / 'systemd').iterdir())
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', *units],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    ours = [line for line in done.stderr.splitlines() if 'praline' in line]
    assert done.returncode == 0 and not ours, done.stderr


def test_systemd_would_see_a_mistake(state, deployed):
    needs('systemd-analyze')
    unit = deployed(state()) / 'systemd' / 'praline-agent.service'
    unit.write_text(unit.read_text().replace('Restart=always', 'Restart=maybe'))
    done = subprocess.run(['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', str(unit)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert 'maybe' in done.stderr


def test_nginx_takes_its_configuration(state):
    needs('nginx')
    if os.geteuid():
        pytest.skip('needs root')
    made = state()
    conf = config.load(made.config, service.installed().values())
    program = backing.nginx(made, conf, None)
    done = subprocess.run([*program.argv, '-t'], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    paths = re.findall(r'location /(\w+) \{ proxy_pass http://unix:(\S+);', pathlib.Path(
        made.path('etc', 'nginx-praline.conf')).read_text())
    assert paths == [(mount, made.path('run', mount + '.socket')) for mount in layout.MOUNTS]


def test_uwsgi_serves_by_the_ini(state):
    made = state('inprocess://')
    process = Process(made.config)
    for name in ('identity',):
        runtime = process.runtime(name)
        migrate.create(runtime.db, runtime.service)
        runtime.service.room('bootstrap:bootstrap')(runtime, 'secret')
    process.stop()
    path = made.path('etc', 'identity.ini')
    states.write(path, templates.service(made, 'identity', 'identity'))
    socket = made.path('run', 'identity.socket')
    log = made.path('log', 'identity.log')
    with open(log, 'wb') as file:
        started = subprocess.Popen([os.path.join(layout.BIN, 'uwsgi'), '--ini', path], stdin=subprocess.DEVNULL,
                                   stdout=file, stderr=file, start_new_session=True,
                                   env={**os.environ, 'PRALINE_CONFIG': made.config})
    try:
        programs.until(lambda: layout.replies(socket, '/identity/v3'), 60, 'identity', log, started)
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(30)
