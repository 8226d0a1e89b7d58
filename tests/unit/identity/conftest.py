# SPDX-License-Identifier: Apache-2.0
"""A payload as a login makes it."""
import uuid

import pytest

from praline_identity.tokens.payload import Payload


@pytest.fixture
def payload():
    return Payload(uuid.uuid4().hex, ['password'], ('project', uuid.uuid4().hex), 1, 2, ['a' * 22])
