# SPDX-License-Identifier: Apache-2.0
"""What `praline project` reads and prints."""
import pytest

from praline_common.cli import project


@pytest.mark.parametrize('text, seconds', [('90', 90), ('90s', 90), ('30m', 1800), ('24h', 86400), ('7d', 604800)])
def test_a_window(text, seconds):
    assert project.seconds(text) == seconds


@pytest.mark.parametrize('text', ['', 'h', '-1h', '1w', '1.5h', 'tomorrow'])
def test_no_window(text):
    with pytest.raises(ValueError):
        project.seconds(text)


@pytest.mark.parametrize('seconds, text', [(0, '0 s'), (59, '59 s'), (60, '1 min'), (3600, '1 h 0 min'),
                                           (86399, '23 h 59 min'), (93600, '1 d 2 h')])
def test_a_duration(seconds, text):
    assert project.duration(seconds) == text


@pytest.mark.parametrize('amount, unit, text', [(None, None, ''), (64, 'MiB of RAM', '64 MiB of RAM'), (0, 'bytes', '0 bytes'),
                                                (1023, 'bytes', '1023 bytes'), (1536, 'bytes', '1.5 KiB'),
                                                (3 << 30, 'bytes', '3 GiB')])
def test_a_size(amount, unit, text):
    assert project.size({'size': amount, 'unit': unit}) == text


def test_a_preview_names_the_first_and_counts_all():
    things = [{'id': 'i%d' % number, 'name': ''} for number in range(2)]
    lines = list(project.preview({'name': 'p', 'id': 'x'}, [
        {'service': 'compute', 'kind': 'server_groups', 'count': 3, 'size': None, 'unit': None, 'things': things}]))
    assert lines[0] == 'With project p (x) go:'
    assert lines[1].split() == ['compute', 'server', 'groups', '3', 'i0,', 'i1,', '...']
