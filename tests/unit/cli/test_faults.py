# SPDX-License-Identifier: Apache-2.0
"""Bad input and a machine that is not as it should be: each answer names the thing and what to do, without a traceback."""
import logging
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import types

import pytest

from praline_common import errors
from praline_common.cli import checks, faults, layout, libvirtd, main, ports, programs, reservations
from praline_common.cli import state as states
from praline_common.cli import templates

CONF = """\
[DEFAULT]
state = %(state)s
base_url = http://127.0.0.1:%(port)d
paste_config = %(checkout)s/api-paste.ini
[volume]
driver = %(volume)s
target_port = %(target)d
target_control = 990
[network]
driver = fake
[compute]
driver = fake
"""
ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """Reservations of the test's own, and no log handler of a command for the next."""
    monkeypatch.setattr(reservations, 'folder', lambda: str(tmp_path / 'machine'))
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def state(tmp_path):
    """A cloud's directory with the configuration alone; its volumes on tgt."""
    made = states.State(str(tmp_path / 'state'))
    for name in ('etc', 'run', 'log', 'keys', 'db'):
        os.makedirs(made.path(name))
    with reservations.choosing(made.root, str(tmp_path / 'elsewhere')) as desk:
        values = {'port': desk.port(42000), 'target': desk.port(43000)}
    states.write(made.config, CONF % {**values, 'state': made.root, 'checkout': templates.checkout(), 'volume': 'file'})
    states.write(made.path('etc', 'uwsgi.ini'), templates.fill('uwsgi/praline.ini', VENV=sys.prefix, CLOUD='tst'))
    return made


@pytest.fixture
def praline(capsys):
    """praline(state, *argv): (exit code, what it printed)."""
    def run(made, *argv):
        handlers = list(logging.getLogger().handlers)
        code = main.main(['--state', getattr(made, 'root', made), *argv])
        logging.getLogger().handlers[:] = handlers
        told = ''.join(capsys.readouterr())
        assert 'Traceback' not in told
        return code, told
    return run


@pytest.mark.parametrize('argv, told', [
    (['init', '--port', '99999'], '99999 is no port: 1 to 65535'),
    (['init', '--port', 'http'], "'http' is no number"),
    (['init', '--fake', '-3'], '-3 is too few: at least 1'),
    (['worker', 'nosuch'], 'there is no service nosuch: compute, identity'),
    (['worker', '--processes', '0'], '0 is too few: at least 1'),
    (['describe', 'nosuch'], 'there is no service nosuch'),
    (['db', 'revision', 'nosuch', 'why'], 'there is no service nosuch')])
def test_bad_arguments(tmp_path, capsys, argv, told):
    with pytest.raises(SystemExit) as ended:
        main.main(['--state', str(tmp_path / 'none'), *argv])
    assert ended.value.code == 2 and told in capsys.readouterr().err
    assert not (tmp_path / 'none').exists()


@pytest.mark.parametrize('name', sorted(main.COMMANDS))
def test_every_command_explains_itself(name, capsys):
    assert main.main([*name.split(), '--help']) == 0
    told = capsys.readouterr().out
    assert told.startswith('usage: ') and main.COMMANDS[name].__doc__.split()[0] in told


@pytest.mark.parametrize('argv', [['up'], ['status'], ['audit'], ['db', 'upgrade']])
def test_no_cloud_yet(tmp_path, praline, argv):
    code, told = praline(str(tmp_path / 'none'), *argv)
    assert code and 'holds no cloud yet; make one with `praline --state %s init`' % (tmp_path / 'none') in told


def test_a_file_where_the_state_should_be(tmp_path, praline):
    (tmp_path / 'file').write_text('')
    code, told = praline(str(tmp_path / 'file'), 'init', '--fake', '1')
    assert code and '%s/etc/praline.conf is in the way' % (tmp_path / 'file') in told and '--state' in told


def test_a_state_of_somebody_else(state):
    if os.geteuid():
        pytest.skip('needs root')
    os.chmod(state.root, 0o700)
    asked = [os.path.join(layout.BIN, 'praline'), '--state', state.root, 'status']
    try:
        done = subprocess.run(asked, user='nobody', cwd='/', env={'HOME': '/', 'PATH': os.environ['PATH']},
                              capture_output=True, text=True, timeout=60)
    except PermissionError:
        pytest.skip('nobody may not run what lies in %s' % layout.BIN)
    assert done.returncode and 'Traceback' not in done.stderr
    assert 'may not be read and written by nobody; run the command as the owner' in done.stderr


def test_a_value_that_is_none(state, praline):
    text = pathlib.Path(state.config).read_text()
    pathlib.Path(state.config).write_text(text.replace('target_control = 990', 'target_control = soon'))
    code, told = praline(state, 'status')
    assert code and 'target_control' in told and 'soon' in told
    code, told = praline(state, 'doctor')
    assert code == 1 and 'BAD  configuration' in told and 'soon' in told


def test_a_missing_program_is_named_with_its_package(state, praline, monkeypatch):
    monkeypatch.setitem(checks.PROGRAMS, 'file', {'no-such-tgtd': 'tgt'})
    code, told = praline(state, 'up')
    assert code and 'missing: no-such-tgtd; apt-get install tgt' in told
    code, told = praline(state, 'doctor')
    assert code == 1 and 'BAD  programs      missing: no-such-tgtd' in told


def test_a_tgtd_that_dies(state, praline, monkeypatch, tmp_path):
    if not shutil.which('tgtadm'):
        pytest.skip('missing: tgtadm')
    (tmp_path / 'bin').mkdir()
    (tmp_path / 'bin' / 'tgtd').write_text('#!/bin/sh\necho no RDMA today\nexit 1\n')
    (tmp_path / 'bin' / 'tgtd').chmod(0o755)
    monkeypatch.setenv('PATH', '%s:%s' % (tmp_path / 'bin', os.environ['PATH']))
    code, told = praline(state, 'up')
    programs.stop(state, 'cloud')       # it was started beside tgtd
    assert code and 'tgtd does not come up; the end of %s' % state.path('log', 'tgtd.log') in told
    assert 'no RDMA today' in told and state.pid('tgtd') is None


@pytest.fixture
def daemons(monkeypatch, tmp_path):
    """The names of the host's daemons that were started; none of them comes up."""
    started = []
    monkeypatch.setattr(libvirtd, 'succeeds', lambda *argv: False)
    monkeypatch.setattr(libvirtd, 'run', lambda *argv: started.append(argv[3]))
    monkeypatch.setattr(libvirtd, 'PATIENCE', 0)
    monkeypatch.setattr(libvirtd, '_open_kvm', lambda: None)
    monkeypatch.setattr(libvirtd, '_LOG_SOCKET', str(tmp_path / 'virtlogd-sock'))
    monkeypatch.setattr(libvirtd.shutil, 'which', lambda name: name)
    return started


def test_a_dead_libvirtd(monkeypatch, daemons):
    monkeypatch.setattr(libvirtd, '_keeps_logs', lambda: True)
    with pytest.raises(errors.DriverError, match='libvirtd does not answer on qemu:///system; start it with'):
        libvirtd.ensure()
    assert daemons == ['libvirtd']


def test_a_virtlogd_that_left_its_socket(monkeypatch, daemons, tmp_path):
    """Killed beside a libvirtd that lives: guests would not start."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / 'virtlogd-sock'))
    monkeypatch.setattr(libvirtd, 'succeeds', lambda *argv: True)
    with pytest.raises(errors.DriverError, match='virtlogd does not answer on .*/virtlogd-sock; start it with'):
        libvirtd.ensure()
    assert daemons == ['virtlogd']


@pytest.mark.parametrize('mode, after', [(0o600, 0o660), (0o660, 0o660), (0o666, 0o666)])
def test_kvm_is_for_its_group(tmp_path, monkeypatch, mode, after):
    """Root's group, as a plain mknod leaves it, keeps QEMU out; what is open to all stays so."""
    device, changed = tmp_path / 'kvm', []
    device.touch()
    device.chmod(mode)
    monkeypatch.setattr(libvirtd.grp, 'getgrnam', lambda name: types.SimpleNamespace(gr_gid=os.getegid() + 1))
    monkeypatch.setattr(libvirtd.os, 'chown', lambda *to: changed.append(to))
    libvirtd._open_kvm(str(device))
    assert device.stat().st_mode & 0o777 == after
    assert changed == ([] if mode == 0o666 else [(str(device), -1, os.getegid() + 1)])


def test_the_last_error_of_a_log_is_its_cause():
    log = 'starting\nTraceback (most recent call last):\n  File "x"\npraline_common.errors.Error: no key in /k\nbye\n'
    assert faults.cause(log) == 'no key in /k'
    assert faults.cause('Error: of another program\n') == 'Error: of another program\n'


def test_a_full_disk_is_named(state):
    told = faults.tell(OSError(28, 'No space left on device', state.root), state.root)
    assert told.startswith('the disk of %s is full (' % state.root)


def test_the_doctor_before_there_is_a_cloud(tmp_path, praline):
    code, told = praline(str(tmp_path / 'none'), 'doctor')
    assert code == 1 and 'ok   python' in told and 'make one: praline --state %s init' % (tmp_path / 'none') in told


def test_the_doctor_sees_what_is_wrong(state, praline, monkeypatch):
    os.chmod(state.config, 0o644)
    code, told = praline(state, 'doctor')
    assert code == 1 and 'chmod 600 ' + state.config in told
    os.chmod(state.config, 0o600)
    monkeypatch.setattr(checks, 'ROOM_MIB', 1 << 40)
    code, told = praline(state, 'doctor')
    assert 'BAD  disk' in told and 'make room' in told
    assert 'BAD  cloud         not running' in told and 'up` starts it' in told
    assert 'its schema is at None of 0' in told and 'db upgrade`' in told


def test_the_doctor_names_who_has_a_port(state, praline, monkeypatch):
    monkeypatch.setattr(ports, 'holder', lambda port: ports.Holder(7, 'a stranger'))
    code, told = praline(state, 'doctor')
    assert 'a stranger (pid 7) listens on the port of cloud' in told


def test_a_python_too_old(tmp_path):
    old = tmp_path / 'python'
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run([ROOT / 'deploy' / 'install'], capture_output=True, text=True, timeout=60,
                          env={**os.environ, 'PRALINE_PYTHON': str(old), 'PRALINE_VENV': str(tmp_path / 'venv')})
    assert done.returncode and 'is Python 3.9.2; Praline needs Python 3.11 or newer' in done.stdout + done.stderr


def test_a_program_that_ends_at_once_is_not_waited_for(state):
    program = programs.Program('short', ['sh', '-c', 'echo it is so; exit 3'], lambda: False)
    with pytest.raises(errors.DriverError, match='short does not come up(.|\n)*it is so'):
        programs.start(state, [program])


def test_a_port_that_a_killed_process_still_holds(monkeypatch):
    """For a moment its socket listens and is nobody's."""
    seen = [ports.Holder(None, None), ports.Holder(None, None), None]
    monkeypatch.setattr(programs.ports, 'holder', lambda port: seen.pop(0))
    assert programs._settled(1) is None and seen == []
