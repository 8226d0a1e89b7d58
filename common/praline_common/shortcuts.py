# SPDX-License-Identifier: Apache-2.0
"""The one switch of everything that is only quicker: selects that go past SQLAlchemy, views and JSON that are kept.

No answer may depend on it; tests/functional/answers asks everything both ways.
"""
import contextlib
import functools

_avoided = False


def avoided():
    """Whether answers are made the plain way now."""
    return _avoided


@contextlib.contextmanager
def avoid():
    """Within it the whole process makes every answer the plain way, from the database's rows."""
    global _avoided
    before, _avoided = _avoided, True
    try:
        yield
    finally:
        _avoided = before


def kept(most):
    """functools.lru_cache(most), past which every call goes while short cuts are avoided."""
    def keep(make):
        quick = functools.lru_cache(maxsize=most)(make)

        @functools.wraps(make)
        def call(*args):
            return make(*args) if _avoided else quick(*args)
        return call
    return keep
