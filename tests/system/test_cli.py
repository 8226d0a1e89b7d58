# SPDX-License-Identifier: Apache-2.0
"""The unmodified `openstack` client against a running cloud: the tables of commands in commands/.

A line is a command and, after an arrow, what its answer must show:

    server show web                 -> status = ACTIVE, name = web      fields of the thing shown
    server list                     -> has Name = web                   some row (or: lacks, no row)
    server show web                 ~> status = SHUTOFF                 asked again until it is so
    server show nobody              -> fails No Server found            exit status and what it complains of
    port list --server web          -> keep ID as port                  for {port} in later lines
"""
import json
import os
import pathlib
import queue
import re
import shlex
import subprocess
import sys
import threading
import time
import uuid

import pytest

HERE = pathlib.Path(__file__).parent
LINE = re.compile(r'^(?P<command>.*?)(?:\s+(?P<arrow>[-~]>)\s+(?P<wanted>.*))?$')
COMMAND_SECONDS, PATIENCE = 240, 120

pytestmark = [pytest.mark.system, pytest.mark.slow]


class Client:
    """One process of openstack_shell.py."""

    def __init__(self, cloud):
        environment = {**os.environ, 'OS_CLIENT_CONFIG_FILE': cloud.clouds_yaml, 'OS_CLOUD': 'praline'}
        self._process = subprocess.Popen([sys.executable, '-W', 'ignore', HERE / 'openstack_shell.py'], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self._answers = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._answers.put(json.loads(line))

    def run(self, argv):
        """{'status', 'out', 'err'} of one command."""
        self._process.stdin.write(json.dumps(argv) + '\n')
        self._process.stdin.flush()
        return self._answers.get(timeout=COMMAND_SECONDS)

    def close(self):
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


@pytest.fixture(scope='module')
def client(fake_cloud):
    client = Client(fake_cloud)
    yield client
    client.close()


@pytest.mark.parametrize('table', sorted((HERE / 'commands').glob('*.steps')), ids=lambda path: path.stem)
def test_commands(client, fake_cloud, table, tmp_path):
    """Every line of the table; at its end nothing of it is left, and the cloud agrees with itself."""
    kept = {'tmp': str(tmp_path), 'consumer': str(uuid.uuid4())}
    (tmp_path / 'disk').write_bytes(b'some bytes of a disk' * 1000)
    (tmp_path / 'key.pub').write_text('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFABhmuEOrYqhW2znsrVdsRc5+37uJObojIgJh0vvtDo a@b\n')
    (tmp_path / 'filters').write_text('{"interface": "internal"}')
    kept['rules'] = str(HERE / 'commands' / 'mapping.json')
    for number, line in enumerate(table.read_text().splitlines(), 1):
        if line.strip() and not line.startswith('#'):
            _step(client, line, kept, '%s:%d: %s' % (table.name, number, line))
    assert fake_cloud.audit() == []


def test_the_program_itself(fake_cloud):
    """The installed program, as a person types it: one list, and one mistake."""
    environment = {**os.environ, 'OS_CLIENT_CONFIG_FILE': fake_cloud.clouds_yaml}
    program = pathlib.Path(sys.executable).parent / 'openstack'
    for command, status in ((('catalog', 'list'), 0), (('server', 'show', 'nobody'), 1)):
        done = subprocess.run([program, '--os-cloud', 'praline', *command], env=environment, capture_output=True,
                              text=True, timeout=COMMAND_SECONDS)
        assert done.returncode == status, done.stderr


def _step(client, line, kept, where):
    command, arrow, wanted = LINE.match(line).group('command', 'arrow', 'wanted')
    argv = shlex.split(command.format_map(kept))
    wanted = (wanted or '').format_map(kept)
    deadline = time.monotonic() + (PATIENCE if arrow == '~>' else 0)
    while wrong := _wrong(client.run(argv + (['-f', 'json'] if wanted and 'fails' not in wanted else [])), wanted, kept):
        assert time.monotonic() < deadline, '%s\n%s' % (where, wrong)
        time.sleep(0.2)


def _wrong(done, wanted, kept):
    """What is not as wanted, or None."""
    if wanted.startswith('fails'):
        complaint = wanted.removeprefix('fails').strip()
        return None if done['status'] == 1 and complaint in done['err'] else done
    if done['status'] != 0:
        return done
    answer = json.loads(done['out']) if wanted else None
    for check in re.split(r',\s+', wanted) if wanted else ():
        if not _holds(check, answer, kept):
            return '%s does not hold for %s' % (check, done['out'])
    return None


def _holds(check, answer, kept):
    word, _, rest = check.partition(' ')
    if word == 'keep':
        field, name = rest.split(' as ')
        kept[name] = str((answer if isinstance(answer, dict) else answer[0])[field])
        return True
    if word in ('has', 'lacks'):
        return any(_equal(row, rest) for row in answer) == (word == 'has')
    return _equal(answer, check)


def _equal(thing, check):
    """'field = value' or 'field ~ part' of one dictionary."""
    field, sign, value = re.match(r'(.+?) ([=~]) ?(.*)', check).groups()
    text = thing[field] if isinstance(thing[field], str) else json.dumps(thing[field])
    return text == value if sign == '=' else value in text
