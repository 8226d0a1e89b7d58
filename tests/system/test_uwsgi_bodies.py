# SPDX-License-Identifier: Apache-2.0
"""Request bodies through a real uWSGI with our own configuration: what a raw client sends, and what it is told."""
import pathlib
import socket
import subprocess
import sys

import pytest

from praline_common.cli import templates

from .clouds import until

pytestmark = pytest.mark.system
APP = '''
from praline_common import errors
from praline_common.api import bodies, edge

def count(environ, start_response):
    try:
        status, said = '200 OK', str(sum(len(piece) for piece in bodies.stream(environ)))
    except errors.BadRequest as error:
        status, said = '400 Bad Request', str(error)
    start_response(status, [('Content-Length', str(len(said)))])
    return [said.encode()]

application = edge.Edge(count)
'''
CHUNKED, LAST = 'Transfer-Encoding: chunked', b'0\r\n\r\n'
EIGHT = 8 << 20


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    """The socket of a uWSGI that answers how many bytes a body had."""
    where = tmp_path_factory.mktemp('uwsgi')
    (where / 'counting.py').write_text(APP)
    (where / 'uwsgi.ini').write_text(templates.fill('uwsgi/praline.ini', VENV=sys.prefix, CLOUD='test'))
    path = where / 'socket'
    with open(where / 'log', 'wb') as log:
        process = subprocess.Popen(
            [pathlib.Path(sys.prefix) / 'bin' / 'uwsgi', '--ini', where / 'uwsgi.ini', '--http-socket', path,
             '--pythonpath', where, '--module', 'counting'], stdout=log, stderr=log)
    try:
        until(lambda: not path.exists(), 60, 'uWSGI to listen')
        yield str(path)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def put(server):
    """put(header lines, body) -> (everything that was answered before the body was sent, after it)."""
    def send(headers, body):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(server)
            client.sendall(('PUT / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n' % '\r\n'.join(headers)).encode())
            before = client.recv(100) if 'Expect: 100-continue' in headers else b''
            client.sendall(body)
            client.shutdown(socket.SHUT_WR)
            return before, b''.join(iter(lambda: client.recv(65536), b''))
    return send


@pytest.mark.parametrize('body, count', [
    (b'5\r\nhello\r\n' + LAST, b'5'), (b'%x\r\n' % EIGHT + bytes(EIGHT) + b'\r\n' + LAST, b'%d' % EIGHT)])
def test_chunks_arrive_whole(put, body, count):
    _, answer = put([CHUNKED], body)
    assert answer.startswith(b'HTTP/1.1 200') and answer.endswith(b'\r\n' + count)


@pytest.mark.parametrize('headers, body', [
    ([CHUNKED], b'5\r\nhello\r\n'), ([CHUNKED], b'5\r\nhello\r\n10\r\nhalf'), ([CHUNKED], b''),
    (['Content-Length: 10'], b'hello')])
def test_a_body_that_is_cut_off_is_400(put, headers, body):
    assert put(headers, body)[1].startswith(b'HTTP/1.1 400')


@pytest.mark.parametrize('header, body', [(CHUNKED, b'5\r\nhello\r\n' + LAST), ('Content-Length: 5', b'hello')])
def test_who_expects_100_gets_it_before_the_body(put, header, body):
    before, answer = put([header, 'Expect: 100-continue'], body)
    assert before == b'HTTP/1.1 100 Continue\r\n\r\n'
    assert answer.startswith(b'HTTP/1.1 200') and answer.endswith(b'\r\n5')


@pytest.mark.parametrize('size, status', [(0, b'200'), (1000, b'200'), (30000, b'200'), (40000, b'414'), (60000, b'414')])
def test_a_query_that_does_not_fit_is_told_of(server, size, status):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(server)
        client.sendall(b'GET /?%s HTTP/1.1\r\nHost: x\r\n\r\n' % (b'a' * size))
        assert client.recv(100).split()[1] == status
