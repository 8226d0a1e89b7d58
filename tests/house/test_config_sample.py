# SPDX-License-Identifier: Apache-2.0
"""The sample configuration says what the code reads."""
import pathlib

from praline_common import config
from praline_common import service as services
from praline_common.cli import sample

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'deploy' / 'config' / 'praline.conf.sample'


def test_sample_is_current():
    """`praline config sample > deploy/config/praline.conf.sample` makes it so."""
    assert SAMPLE.read_text() == sample.text(services.installed().values())


def test_sample_with_every_line_set_is_the_default_configuration(tmp_path):
    file = tmp_path / 'praline.conf'
    file.write_text('\n'.join(line[1:] if line.startswith('#') and not line.startswith('# ') else line
                              for line in SAMPLE.read_text().splitlines()))
    parts = list(services.installed().values())
    given, default = config.load(str(file), parts), config.load(None, parts)
    for group in ('rpc', 'tokens', *(part.name for part in parts)):
        for name, value in default[group].items():
            assert (given[group][name] or None) == (value or None), '%s.%s' % (group, name)
