# SPDX-License-Identifier: Apache-2.0
"""The ledger itself: every skip says why, the guideline stands whole in it, and the page is made of it."""
import re

import pytest

from . import document, ledger

# What comes with a later issue, or lies outside us.
REASON = re.compile(r'(later: issue \d+, |the suite: |outside: |ours: )\S')


@pytest.mark.parametrize('suite', ledger.suites())
def test_every_reason_is_of_a_kind(suite):
    bad = {entry.reason for entry in ledger.read(suite).values() if entry.reason and not REASON.match(entry.reason)}
    assert not bad


def test_the_interoperability_guideline_passes_whole():
    everything = {name: entry for suite in ledger.suites() for name, entry in ledger.read(suite).items()}
    assert {name for name in document.interop() if everything[name].status != 'passed'} == set()


def test_the_page_says_what_the_ledger_says():
    assert document.PATH.read_text() == document.text(), 'write it: python -m tests.conformance.document'
