# SPDX-License-Identifier: Apache-2.0
"""Consoles: an address with a token that is good for a while, for what the driver offers only."""
from urllib.parse import parse_qs, urlsplit

import pytest

from praline_compute.db.models import CONSOLE_TOKENS


@pytest.fixture
def server(boot):
    return boot()


def token_of(url):
    return parse_qs(parse_qs(urlsplit(url).query)['path'][0].lstrip('?'))['token'][0]


def open_one(asker, server, protocol='vnc', kind='novnc', expect=200):
    return asker.post('/v2.1/servers/%s/remote-consoles' % server['id'], {
        'remote_console': {'protocol': protocol, 'type': kind}}, expect=expect)


def test_the_token_leads_to_the_display(compute, admin, server, cloud):
    made = open_one(compute.at('2.6'), server)['remote_console']
    assert (made['protocol'], made['type']) == ('vnc', 'novnc')
    token = token_of(made['url'])
    shown = admin.at('2.31').get('/v2.1/os-console-auth-tokens/' + token, expect=200)['console']
    assert shown['instance_uuid'] == server['id'] and set(shown) == {
        'instance_uuid', 'host', 'port', 'internal_access_path'}
    assert admin.get('/v2.1/os-console-auth-tokens/' + token).status_int == 400
    assert compute.at('2.31').get('/v2.1/os-console-auth-tokens/' + token).status_int == 403
    with cloud.runtime('compute').db.write() as conn:
        kept = conn.execute(CONSOLE_TOKENS.select()).all()
        conn.execute(CONSOLE_TOKENS.update().values(expires_at=1))
    assert token not in str(kept)
    assert admin.at('2.31').get('/v2.1/os-console-auth-tokens/' + token).status_int == 404


def test_the_action_until_2_5(compute, server):
    made = compute.act(server['id'], 'os-getVNCConsole', {'type': 'novnc'}, expect=200)['console']
    assert made['type'] == 'novnc' and token_of(made['url'])
    compute.at('2.6').act(server['id'], 'os-getVNCConsole', {'type': 'novnc'}, expect=404)
    compute.act(server['id'], 'os-getVNCConsole', {'type': 'tin can'}, expect=400)


@pytest.mark.parametrize('version, protocol, kind, status', [
    ('2.5', 'vnc', 'novnc', 404), ('2.6', 'spice', 'spice-html5', 400), ('2.6', 'serial', 'serial', 400),
    ('2.7', 'mks', 'webmks', 400), ('2.8', 'mks', 'webmks', 400), ('2.6', 'vnc', 'x', 400)])
def test_what_is_not_offered(compute, server, version, protocol, kind, status):
    open_one(compute.at(version), server, protocol, kind, expect=status)


def test_whose_server(cloud, compute, server):
    other = type(compute)(cloud, cloud.client('compute', project='p2'))
    open_one(other.at('2.6'), server, expect=404)
