# SPDX-License-Identifier: Apache-2.0
"""The key repository: rotation never strands a token, and key files are private."""
import os
import stat
import threading

import pytest

from praline_common import errors
from praline_identity.tokens.fernet import Fernet
from praline_identity.tokens.keys import Repository


def test_key_files_are_private(tmp_path):
    repository = Repository(str(tmp_path / 'keys'))
    repository.ensure()
    assert stat.S_IMODE(os.stat(repository.directory).st_mode) == 0o700
    for name in os.listdir(repository.directory):
        assert stat.S_IMODE(os.stat(os.path.join(repository.directory, name)).st_mode) == 0o600
    os.chmod(os.path.join(repository.directory, '1'), 0o644)
    with pytest.raises(errors.Error, match='0600'):
        Repository(repository.directory).keys()


def test_a_token_outlives_rotations_as_long_as_its_key_is_kept(tmp_path, payload):
    one, two = Fernet(str(tmp_path)), Fernet(str(tmp_path))
    repository, made = Repository(str(tmp_path / 'keys' / 'fernet')), payload
    token = one.seal(made)
    assert two.open(token) == made
    repository.rotate(keep=3)
    newer = one.seal(made)
    assert two.open(newer) == made and two.open(token) == made
    repository.rotate(keep=3)
    assert two.open(newer) == made
    with pytest.raises(ValueError):
        two.open(token)
    assert len(os.listdir(repository.directory)) == 3


def test_the_staged_key_is_known_before_it_is_used(tmp_path, payload):
    slow = Fernet(str(tmp_path))
    slow.seal(payload)
    staged = slow._repository.keys()[-1]
    Repository(str(tmp_path / 'keys' / 'fernet')).rotate(keep=3)
    assert Fernet(str(tmp_path))._repository.keys()[0] == staged


def test_many_first_uses_make_one_set_of_keys(tmp_path):
    found, go = [], threading.Barrier(8)

    def use():
        repository = Repository(str(tmp_path / 'keys'))
        go.wait()
        repository.ensure()
        found.append(tuple(Repository(str(tmp_path / 'keys')).keys()))
    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 8
