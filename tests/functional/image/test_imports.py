# SPDX-License-Identifier: Apache-2.0
"""Import from the staging area and from a URL, and what is left when it fails."""
import http.server
import os
import threading
import time

import pytest

OCTETS = {'Content-Type': 'application/octet-stream'}
# Answers of servers that close, or lie about, what they send.
CUT = {
    '/short': b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf',
    '/none': b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
    '/short-chunk': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf',
    '/no-last-chunk': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    '/bad-chunk': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\nhalf\r\n0\r\n\r\n',
    '/two-lengths': b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nhalf',
    '/bad-length': b'HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nhalf',
    '/packed': b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nhalf\r\n0\r\n\r\n',
}


def until(check, seconds=60):
    """What check() answers once it is true; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < deadline, 'nothing happened in %d seconds' % seconds
        time.sleep(0.02)


@pytest.fixture
def ended(user):
    """Waits for the newest import of an image: its task."""
    def wait(image):
        def newest():
            tasks = user.get('/v2/images/%s/tasks' % image['id']).json['tasks']
            return tasks and tasks[0]['status'] in ('success', 'failure') and tasks[0]
        return until(newest)
    return wait


@pytest.fixture
def web():
    """A web server on loopback: /data gives bytes, /jump redirects to it, anything else is 404."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == '/jump':
                self.send_response(302)
                self.send_header('Location', '/data')
                self.end_headers()
            elif self.path == '/data':
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'from the web')
            elif self.path in CUT:
                self.wfile.write(CUT[self.path])
            else:
                self.send_error(404)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield 'http://127.0.0.1:%d' % server.server_port
    server.shutdown()
    server.server_close()


def direct(**more):
    return {'method': {'name': 'glance-direct'}, **more}


def download(uri):
    return {'method': {'name': 'web-download', 'uri': uri}}


def stage(user, image, data=b'staged'):
    answer = user.put('/v2/images/%s/stage' % image['id'], data=data, headers=OCTETS)
    assert answer.status_int == 204, answer.text


def test_staged_data_becomes_the_image(create, user, ended, cloud):
    image = create()
    stage(user, image)
    assert user.get('/v2/images/' + image['id']).json['status'] == 'uploading'
    answer = user.post('/v2/images/%s/import' % image['id'], direct())
    assert answer.status_int == 202
    task = ended(image)
    assert (task['status'], task['type'], task['image_id']) == ('success', 'api_image_import', image['id'])
    assert task['request_id'] == answer.headers['x-openstack-request-id']
    assert task['input']['import_req'] == direct()
    assert user.get('/v2/images/' + image['id']).json['status'] == 'active'
    assert user.get('/v2/images/%s/file' % image['id']).body == b'staged'
    assert os.listdir(os.path.join(cloud.directory, 'images', 'staging')) == []


@pytest.mark.parametrize('options', [{'image.download_networks': ['127.0.0.0/8']}])
@pytest.mark.parametrize('path', ['/data', '/jump'])
def test_web_download(create, user, ended, web, path):
    image = create()
    assert user.post('/v2/images/%s/import' % image['id'], download(web + path)).status_int == 202
    assert ended(image)['status'] == 'success'
    assert user.get('/v2/images/%s/file' % image['id']).body == b'from the web'


@pytest.mark.parametrize('options', [{'image.download_networks': ['127.0.0.0/8']}])
def test_a_failed_download_says_why_and_can_be_tried_again(create, user, ended, web, cloud):
    image = create()
    user.post('/v2/images/%s/import' % image['id'], download(web + '/nothing'))
    task = ended(image)
    assert task['status'] == 'failure'
    assert '404' in task['message']
    shown = user.get('/v2/images/' + image['id']).json
    assert (shown['status'], shown['os_glance_failed_import']) == ('queued', 'file')
    assert os.listdir(os.path.join(cloud.directory, 'images', 'incoming')) == []
    user.post('/v2/images/%s/import' % image['id'], download(web + '/data'))
    until(lambda: user.get('/v2/images/' + image['id']).json['status'] == 'active')


@pytest.mark.parametrize('options', [{'image.download_networks': ['127.0.0.0/8']}])
@pytest.mark.parametrize('path', CUT)
def test_data_that_is_cut_off_is_no_image(create, user, ended, web, cloud, path):
    image = create()
    user.post('/v2/images/%s/import' % image['id'], download(web + path))
    task = ended(image)
    assert task['status'] == 'failure'
    assert web + path in task['message']
    if path == '/short':
        assert '996 bytes short of the 1000' in task['message']
    shown = user.get('/v2/images/' + image['id']).json
    assert (shown['status'], shown['size']) == ('queued', None)
    assert os.listdir(os.path.join(cloud.directory, 'images', 'incoming')) == []


@pytest.mark.parametrize('uri', [
    'http://10.0.0.1/x', 'http://172.16.0.1/x', 'http://192.168.1.1/x', 'http://100.64.0.1/x', 'http://[fd00::1]/x',
    'http://[64:ff9b::7f00:1]/x', 'http://[2002:7f00:1::]/x', 'http://224.0.0.1/x', 'http://127.0.0.1/x', 'http://localhost/x', 'http://[::1]/x', 'http://[::ffff:127.0.0.1]/x',
    'http://169.254.169.254/latest', 'http://0.0.0.0/x', 'file:///etc/passwd', 'ftp://example.com/x', 'nonsense',
    'http://', 'http://[bad/x'])
def test_addresses_of_this_machine_are_refused(create, user, uri):
    image = create()
    answer = user.post('/v2/images/%s/import' % image['id'], download(uri))
    assert answer.status_int == 400
    assert uri in answer.json['error']['message']
    assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'


@pytest.mark.parametrize('body, status', [
    ({}, 400), ({'method': {}}, 400), ({'method': {'name': 'magic'}}, 400), ({'method': {'name': 'web-download'}}, 400),
    (direct(), 409), (direct(all_stores='yes'), 400), (direct(stores=['other']), 409)])
def test_what_cannot_be_imported(create, user, body, status):
    assert user.post('/v2/images/%s/import' % create()['id'], body).status_int == status


def test_an_active_image_is_no_target(upload, user):
    image = upload(b'x')
    assert user.post('/v2/images/%s/import' % image['id'], direct()).status_int == 409
    assert user.put('/v2/images/%s/stage' % image['id'], data=b'x', headers=OCTETS).status_int == 409


def test_formats_must_be_set(user):
    image = user.post('/v2/images', {}).json
    stage(user, image)
    answer = user.post('/v2/images/%s/import' % image['id'], direct())
    assert answer.status_int == 409
    assert 'container_format' in answer.json['error']['message']


def test_only_its_project_may(create, other, admin):
    image = create(admin, visibility='public')
    assert other.post('/v2/images/%s/import' % image['id'], direct()).status_int == 403
    assert other.put('/v2/images/%s/stage' % image['id'], data=b'x', headers=OCTETS).status_int == 403


def test_a_deleted_image_takes_its_staged_data_along(create, user, cloud):
    image = create()
    stage(user, image)
    assert user.delete('/v2/images/' + image['id']).status_int == 204
    assert os.listdir(os.path.join(cloud.directory, 'images', 'staging')) == []


def test_data_of_another_format_fails_the_import(create, user, ended):
    image = create(disk_format='qcow2')
    stage(user, image, b'not qcow2 at all' * 100)
    user.post('/v2/images/%s/import' % image['id'], direct())
    task = ended(image)
    assert task['status'] == 'failure'
    assert 'declared as qcow2' in task['message']
    assert user.get('/v2/images/' + image['id']).json['status'] == 'queued'


def test_tasks_are_the_operators(create, user, admin, ended):
    image = create()
    stage(user, image)
    user.post('/v2/images/%s/import' % image['id'], direct())
    task = ended(image)
    assert user.get('/v2/tasks').status_int == 403
    assert [item['id'] for item in admin.get('/v2/tasks').json['tasks']] == [task['id']]
    assert admin.get('/v2/tasks/' + task['id']).json['status'] == 'success'
    assert admin.get('/v2/tasks/none').status_int == 404


@pytest.mark.parametrize('options', [{'image.download_networks': ['127.0.0.0/8']}])
def test_an_operator_imports_by_a_task_that_makes_the_image(admin, user, web):
    def run(path):
        made = admin.post('/v2/tasks', {'type': 'import', 'input': {
            'import_from': web + path, 'import_from_format': 'raw', 'image_properties': {'name': 'by task', 'a': 'b'}}})
        assert made.status_int == 201, made.text
        return until(lambda: (task := admin.get(made.json['self']).json)['status'] in ('success', 'failure') and task)
    task = run('/data')
    assert (task['type'], task['status']) == ('import', 'success')
    image = admin.get('/v2/images/' + task['result']['image_id']).json
    assert (image['name'], image['a'], image['status']) == ('by task', 'b', 'active')
    assert run('/nothing')['status'] == 'failure'
    assert len(admin.get('/v2/images').json['images']) == 1
    assert user.post('/v2/tasks', {}).status_int in (400, 403)
    assert admin.post('/v2/tasks', {'type': 'import', 'input': {}}).status_int == 400
