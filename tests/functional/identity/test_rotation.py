# SPDX-License-Identifier: Apache-2.0
"""Keys are changed while tokens are being checked, and none of them is lost."""
import threading

from praline_identity.rotation import rotate


def test_tokens_outlive_a_rotation_under_load(identity):
    tokens, stop, wrong = [identity.login()], threading.Event(), []

    def check():
        while not stop.is_set():
            for token in tuple(tokens):
                answer = identity.admin.get('/v3/auth/tokens', headers={'X-Subject-Token': token})
                if answer.status_int != 200:
                    wrong.append(answer.text)
    identity.cloud.conf.set_override('token_cache', 0, 'identity')
    checkers = [threading.Thread(target=check) for _ in range(2)]
    for checker in checkers:
        checker.start()
    for _ in range(2):
        kept = rotate(identity.runtime)
        tokens += [identity.login() for _ in range(5)]
    stop.set()
    for checker in checkers:
        checker.join()
    assert wrong == [] and kept['fernet'] == 4
