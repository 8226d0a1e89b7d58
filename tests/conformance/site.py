# SPDX-License-Identifier: Apache-2.0
"""What Tempest cannot do without in a cloud (two images, two flavors, an external network), and its tempest.conf."""
import contextlib
import functools
import http.server
import pathlib
import random
import string
import subprocess
import threading

from tests.system.clouds import Api

TEMPLATE = pathlib.Path(__file__).parent / 'tempest.conf.in'


def make_disks(directory):
    """disk.raw and disk.qcow2: a mebibyte, the same in every run."""
    raw = directory / 'disk.raw'
    raw.write_bytes(random.Random(1).randbytes(1 << 20))
    subprocess.run(['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, directory / 'disk.qcow2'], check=True)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Requests are the suite's business."""


@contextlib.contextmanager
def served(directory):
    """The URL under which the files of this directory are for web-download."""
    handler = functools.partial(_Quiet, directory=str(directory))
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield 'http://127.0.0.1:%d' % server.server_port
        server.shutdown()


def prepare(cloud, directory, files, image=None):
    """Make what Tempest needs in the cloud and write directory/tempest.conf.

    files: the URL of the disks; image: a qcow2 file that boots, for guests that tests log in to.
    """
    api = Api(cloud)
    hosts = len(api.must('GET', '/compute/v2.1/os-hypervisors')['hypervisors'])
    pool = api.must('GET', api.volume('scheduler-stats/get_pools?detail=true'))['pools'][0]['capabilities']
    formats = api.must('GET', '/image/v2/schemas/image')['properties']
    path, disk_format = (image, 'qcow2') if image else (directory / 'disk.raw', 'raw')
    words = {
        'directory': directory, 'files': files, 'region': 'RegionOne', 'timeout': 240 if image else 120,
        'validation': 'true' if image else 'false', 'image_file': path, 'image_format': disk_format,
        'hosts': hosts, 'several_hosts': 'true' if hosts > 1 else 'false',
        'image_format_enforcement': 'true' if _checks_formats(api) else 'false',
        'storage_protocol': pool['storage_protocol'], 'vendor_name': pool['vendor_name'],
        'disk_formats': ','.join(filter(None, formats['disk_format']['enum'])),
        'container_formats': ','.join(filter(None, formats['container_format']['enum'])),
        'image': _image(api, 'conformance', path, disk_format),
        'image_alt': _image(api, 'conformance-alt', path, disk_format),
        'flavor': _flavor(api, 'conformance', 128), 'flavor_alt': _flavor(api, 'conformance-alt', 192),
        'public_network': _public_network(api), 'multiattach_type': _multiattach_type(api),
        'network_extensions': ','.join(sorted(one['alias'] for one in api.must(
            'GET', '/network/v2.0/extensions')['extensions'])),
        **{name: api.auth[name] for name in ('auth_url', 'username', 'password', 'project_name')},
    }
    for service, mount in (('compute', 'compute'), ('volume', 'volume'), ('placement', 'placement')):
        words[service + '_min'], words[service + '_max'] = _microversions(api, '/%s/' % mount)
    (directory / 'tempest.conf').write_text(string.Template(TEMPLATE.read_text()).substitute(words))


def _microversions(api, path):
    """('2.1', '2.96'): what the newest version of a service announces."""
    newest = max(api.ask('GET', path)[1]['versions'], key=lambda one: one['id'])    # 200, or 300 Multiple Choices
    return newest['min_version'], newest.get('version') or newest['max_version']


def _image(api, name, path, disk_format):
    image = api.must('POST', '/image/v2/images', {
        'name': name, 'disk_format': disk_format, 'container_format': 'bare', 'visibility': 'public'})
    api.must('PUT', '/image/v2/images/%s/file' % image['id'], data=pathlib.Path(path).read_bytes())
    return image['id']


def _checks_formats(api):
    """Whether data that is not of the stated format is refused: tests that upload random bytes are then skipped."""
    image = api.must('POST', '/image/v2/images', {'name': 'format', 'disk_format': 'vhd', 'container_format': 'bare'})
    status, _ = api.ask('PUT', '/image/v2/images/%s/file' % image['id'], data=b'x' * 1024)
    api.must('DELETE', '/image/v2/images/' + image['id'])
    return status >= 400


def _flavor(api, name, ram):
    return api.must('POST', '/compute/v2.1/flavors', {'flavor': {
        'name': name, 'ram': ram, 'vcpus': 1, 'disk': 1}})['flavor']['id']


def _multiattach_type(api):
    """The name of a volume type whose volumes several servers may have."""
    api.must('POST', api.volume('types'), {'volume_type': {
        'name': 'several', 'extra_specs': {'multiattach': '<is> True'}}})
    return 'several'


def _public_network(api):
    """The id of the external network, with a subnet."""
    for network in api.must('GET', '/network/v2.0/networks?router:external=true')['networks']:
        if network['subnets']:
            return network['id']
    network = api.must('POST', '/network/v2.0/networks', {'network': {'name': 'public', 'router:external': True}})
    api.must('POST', '/network/v2.0/subnets', {'subnet': {
        'network_id': network['network']['id'], 'ip_version': 4, 'cidr': '172.24.4.0/24', 'enable_dhcp': False}})
    return network['network']['id']
