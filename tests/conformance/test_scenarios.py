# SPDX-License-Identifier: Apache-2.0
"""The field's scenarios with guests that tests log in to: the short ones in every run, all of them with --scenarios."""
import pathlib

import pytest

from . import ledger

pytestmark = [pytest.mark.system, pytest.mark.slow]
SHORT = pathlib.Path(__file__).parent / 'scenarios' / 'short.txt'


def test_scenarios(on_guests, request):
    everything = ledger.read('scenario')
    expected = everything
    if not request.config.getoption('--scenarios'):
        expected = {name: everything[name] for name in SHORT.read_text().split()}
    results = on_guests.ask(expected)
    if request.config.getoption('--record'):
        ledger.write('scenario', {**everything, **ledger.record(expected, results)})
    different = ledger.differences(expected, results)
    assert not different, different
