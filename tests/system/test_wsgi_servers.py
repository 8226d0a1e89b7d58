# SPDX-License-Identifier: Apache-2.0
"""The six WSGI callables under Apache's mod_wsgi and behind nginx: documents, a token, bodies in constant memory."""
import hashlib
import os
import pathlib
import random
import shutil
import sys

import pytest
import requests

from praline_common.cli import templates

from .clouds import ROOT, Api, start_apache, until
from .conftest import running

pytestmark = [pytest.mark.system, pytest.mark.slow]
MODULE = pathlib.Path('/usr/lib/apache2/modules/mod_wsgi.so')
PATHS = {'identity': '/v3', 'image': '/', 'compute': '/v2.1', 'placement': '/', 'volume': '/', 'network': '/'}
MIB = 24


@pytest.fixture(scope='module')
def cloud():
    if os.geteuid() or not MODULE.exists() or not shutil.which('mariadbd') or not shutil.which('rabbitmq-server'):
        pytest.skip('needs root, libapache2-mod-wsgi-py3, mariadb-server and rabbitmq-server')
    with running('--fake', '1', '--database', 'mariadb') as made:
        yield made


@pytest.fixture(scope='module')
def apache(cloud):
    """The base URL of an Apache that serves this cloud's APIs beside its nginx."""
    port = random.randrange(30001, 32000)
    path = cloud.directory / 'etc' / 'apache.conf'
    path.write_text(templates.fill('apache/praline.conf', PORT=port, VENV=sys.prefix, CHECKOUT=ROOT,
                                   STATE=cloud.directory, USER='nobody'))
    process = start_apache(cloud, path)
    try:
        base = 'http://127.0.0.1:%d' % port
        until(lambda: not _answers(base), 60, 'Apache to answer')
        yield base
    finally:
        process.terminate()
        process.wait(30)


def _answers(base):
    try:
        return requests.get(base + '/identity/v3', timeout=20).status_code == 200
    except requests.RequestException:
        return False


@pytest.fixture(params=['apache', 'nginx'])
def api(request, cloud):
    """Requests through one of the two servers."""
    api = Api(cloud)
    if request.param == 'apache':
        api.base = request.getfixturevalue('apache')
    return api


def test_each_service_answers(api):
    for service, path in PATHS.items():
        answer = requests.get('%s/%s%s' % (api.base, service, path), timeout=30)
        assert answer.status_code in (200, 300), (service, answer.text)
    assert api.must('GET', '/compute/v2.1/flavors') == {'flavors': []}
    assert api.ask('GET', '/volume/v3/volumes/nothing')[0] == 404


def test_a_chunked_upload_comes_back_whole(api):
    image = api.must('POST', '/image/v2/images', {'name': 'big', 'disk_format': 'raw', 'container_format': 'bare'})['id']
    block = os.urandom(1 << 20)
    sent = hashlib.md5(block * MIB).hexdigest()
    api.must('PUT', '/image/v2/images/%s/file' % image, data=(block for _ in range(MIB)))
    assert api.must('GET', '/image/v2/images/' + image)['checksum'] == sent
    answer = requests.get('%s/image/v2/images/%s/file' % (api.base, image), headers={'X-Auth-Token': api.token},
                          stream=True, timeout=60)
    received = hashlib.md5()
    for piece in answer.iter_content(1 << 20):
        received.update(piece)
    assert received.hexdigest() == sent
    api.must('DELETE', '/image/v2/images/' + image)
