# SPDX-License-Identifier: Apache-2.0
"""New keys for tokens and receipts, the old ones kept as long as what they sealed may still be asked about."""
import os

from praline_identity.tokens import jws
from praline_identity.tokens import keys


def rotate(runtime):
    """Rotate every key repository there is; {its name: number of keys kept}.  Running processes notice by themselves."""
    base, kept = os.path.join(runtime.conf.state, 'keys'), {}
    for name, repository in (('fernet', keys.Repository(os.path.join(base, 'fernet'))),
                             ('cache', keys.Repository(os.path.join(base, 'cache'))),
                             ('receipt', keys.Repository(os.path.join(base, 'receipt'))),
                             ('jws', keys.Repository(os.path.join(base, 'jws'), jws.new_key))):
        if os.path.isdir(repository.directory):
            repository.rotate(runtime.options.token_keys)
            kept[name] = len(repository.keys())
    return kept
