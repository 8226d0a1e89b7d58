# SPDX-License-Identifier: Apache-2.0
"""All six services as they are declared, with nothing running."""
import pytest

from praline_common.process import Process


@pytest.fixture(scope='module')
def process(tmp_path_factory):
    directory = tmp_path_factory.mktemp('house')
    (directory / 'praline.conf').write_text('[DEFAULT]\nstate = %s\ncloud_id = hous\n' % directory)
    process = Process(str(directory / 'praline.conf'))
    yield process
    process.transport.close()
