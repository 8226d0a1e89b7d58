# SPDX-License-Identifier: Apache-2.0
"""Commands run in the test's process: each logs to the terminal of its own test."""
import logging

import pytest


@pytest.fixture(autouse=True)
def own_terminal():
    """Without the handler that an earlier command left on a terminal that is closed by now."""
    _drop_terminals()
    yield
    _drop_terminals()


def _drop_terminals():
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]
