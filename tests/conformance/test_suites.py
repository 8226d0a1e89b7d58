# SPDX-License-Identifier: Apache-2.0
"""Every test of the field's suites comes out as the ledger says."""
import pytest

from . import ledger

pytestmark = [pytest.mark.system, pytest.mark.slow]
# The one suite that needs guests to log in to: test_scenarios.py.
ON_GUESTS = 'scenario'


@pytest.fixture(scope='module')
def answers(request, on_fakes):
    """What all the suites answer that this session asks for: one run, so that the workers are busy to its end."""
    suites = {item.callspec.params['suite'] for item in request.session.items if 'answers' in item.fixturenames}
    expected = {name: entry for suite in suites for name, entry in ledger.read(suite).items()}
    return on_fakes.ask(expected)


@pytest.mark.parametrize('suite', [name for name in ledger.suites() if name != ON_GUESTS])
def test_suite(suite, answers, request):
    expected = ledger.read(suite)
    if request.config.getoption('--record'):
        ledger.write(suite, ledger.record(expected, answers))
        expected = ledger.read(suite)
    different = ledger.differences(expected, answers)
    assert not different, different
