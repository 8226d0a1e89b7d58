# SPDX-License-Identifier: Apache-2.0
"""Every link begins with the configured address, whatever the request says of hosts."""
import pytest

FORGED = {'Host': 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher',
          'Forwarded': 'host=evil.example;proto=gopher'}


@pytest.mark.parametrize('path', ['/', '/v2.0', '/v2.0/networks?limit=1'])
def test_links_are_to_the_configured_base(cloud, member, path):
    member.network()
    text = member.raw.get(path, headers=FORGED).text
    assert 'evil' not in text and 'gopher' not in text
    assert '"%s/network/v2.0' % cloud.runtime('network').conf.base_url.rstrip('/') in text
