# SPDX-License-Identifier: Apache-2.0
"""What a request costs: CPU milliseconds of all the cloud's processes, requests a second, start, memory, idle.

Makes a cloud on fake drivers in a temporary directory, fills it, measures and removes it.  CPU is user and
system time of the processes in run/*.pid and their descendants, so that client and machine noise stay out.
"""
import argparse
import concurrent.futures
import glob
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

TICK = os.sysconf('SC_CLK_TCK')
PRALINE = os.path.join(os.path.dirname(sys.executable), 'praline')


class Cloud:
    """A fake cloud with `hosts` hosts under a directory of its own."""

    def __init__(self, state, hosts):
        self.state = state
        self.praline('init', '--fake', str(hosts))
        began = time.monotonic()
        self.praline('up')
        self.start_seconds = time.monotonic() - began
        with open(os.path.join(state, 'openrc')) as file:
            words = dict(word.split('=', 1) for word in file.read().split() if '=' in word)
        self.base = words['OS_AUTH_URL'].removesuffix('/identity/v3')
        self.password = words['OS_PASSWORD']

    def praline(self, *words):
        subprocess.run([PRALINE, '--state', self.state, *words], check=True, stdout=subprocess.DEVNULL, timeout=120)

    def processes(self):
        """Pids of everything that belongs to it."""
        parents = {}
        for path in glob.glob('/proc/[0-9]*/stat'):
            fields = _stat(path)
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(path.split('/')[2]))
        found = [int(open(path).read().split()[0]) for path in glob.glob(self.state + '/run/*.pid')]
        for pid in found:
            found += parents.get(pid, [])
        return found

    def cpu(self):
        return sum(sum(map(int, fields[11:15])) for pid in self.processes()
                   if (fields := _stat('/proc/%d/stat' % pid))) / TICK

    def memory_mib(self):
        """Proportional set size of all its processes."""
        total = 0
        for pid in self.processes():
            with open('/proc/%d/smaps_rollup' % pid) as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith('Pss:'))
        return total / 1024


def _stat(path):
    try:
        with open(path) as file:
            return file.read().rpartition(')')[2].split()
    except OSError:
        return None


class Client:
    """One user: its token, and JSON requests."""

    def __init__(self, cloud):
        where = urllib.parse.urlsplit(cloud.base)
        self.host, self.port = where.hostname, where.port
        self.login = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'admin', 'domain': {'id': 'default'}, 'password': cloud.password}}},
            'scope': {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}}
        self.headers = {'Content-Type': 'application/json', 'OpenStack-API-Version': 'compute 2.96, placement 1.36'}
        _, headers, body = self.request('POST', '/identity/v3/auth/tokens', self.login)
        self.headers['X-Auth-Token'] = self.headers['X-Subject-Token'] = headers['X-Subject-Token']
        self.project = body['token']['project']['id']

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
        connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit('%s %s: %d %s' % (method, path, answer.status, data[:300]))
        kind = answer.headers.get('Content-Type', '')
        return answer.status, answer.headers, json.loads(data) if data and 'json' in kind else None

    def get(self, path):
        return self.request('GET', path)[2]


def fill(client, servers, volumes):
    """Quotas out of the way, an image, a flavor, servers in batches of 25, volumes."""
    client.request('PUT', '/compute/v2.1/os-quota-sets/' + client.project,
                   {'quota_set': {'instances': -1, 'cores': -1, 'ram': -1}})
    client.request('PUT', '/volume/v3/os-quota-sets/' + client.project,
                   {'quota_set': {'volumes': -1, 'gigabytes': -1}})
    image = client.request('POST', '/image/v2/images', {'name': 'bench', 'disk_format': 'raw',
                                                        'container_format': 'bare'})[2]['id']
    put = http.client.HTTPConnection(client.host, client.port)
    put.request('PUT', '/image/v2/images/%s/file' % image, b'\0' * 65536,
                {**client.headers, 'Content-Type': 'application/octet-stream'})
    assert put.getresponse().status == 204
    for index in range(10):
        flavor = client.request('POST', '/compute/v2.1/flavors', {'flavor': {
            'name': 'bench-%d' % index, 'ram': 64, 'vcpus': 1, 'disk': 1}})[2]['flavor']['id']
    body = {'name': 'seed', 'imageRef': image, 'flavorRef': flavor, 'networks': 'none'}
    boot(client, body, servers, 25)
    for index in range(volumes):
        client.request('POST', '/volume/v3/volumes', {'volume': {'size': 1, 'name': 'seed-%d' % index}})
    return body


def people(client, users):
    """So many users without passwords, whose hashes would take most of the time."""
    for index in range(users):
        client.request('POST', '/identity/v3/users', {'user': {'name': 'seed-%d' % index}})


def revoke(cloud, count):
    """Rows of revocations as so many revoked tokens leave them; to make each token would take minutes."""
    now = int(time.time() * 1e6)
    with sqlite3.connect(os.path.join(cloud.state, 'db', 'identity.sqlite'), timeout=30) as conn:
        columns = [row[1] for row in conn.execute('PRAGMA table_info(revocations)')]
        values = {'issued_before': now, 'revoked_at': now, 'expires_at': now + 10 ** 10}
        conn.executemany('INSERT INTO revocations (%s) VALUES (%s)' % (', '.join(columns), ', '.join('?' * len(columns))), [
            ['audit:bench-%d' % index if name == 'key' else values.get(name, 0) for name in columns]
            for index in range(count)])
        conn.execute('UPDATE revision SET value = value + 1')
    conn.close()


def boot(client, body, count, batch):
    """Create so many servers, `batch` a request, and wait until none is building."""
    for first in range(0, count, batch):
        size = min(batch, count - first)
        client.request('POST', '/compute/v2.1/servers', {'server': {**body, 'min_count': size, 'max_count': size}})
    while client.get('/compute/v2.1/servers?status=BUILD&limit=1')['servers']:
        time.sleep(0.1)
    failed = client.get('/compute/v2.1/servers?status=ERROR&limit=1')['servers']
    if failed:
        raise SystemExit('a server failed: %s' % client.get('/compute/v2.1/servers/' + failed[0]['id'])['server']['fault'])


def load(cloud, client, name, path, seconds, method='GET', body=None, clients=4):
    """One line: requests, requests a second, CPU milliseconds a request."""
    paths = path if isinstance(path, list) else [path]
    client.request(method, paths[0], body)
    deadline = time.monotonic() + seconds

    def run(number):
        done = 0
        while time.monotonic() < deadline:
            client.request(method, paths[(number + done) % len(paths)], body)
            done += 1
        return done
    before, began = cloud.cpu(), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        count = sum(pool.map(run, range(clients)))
    line(name, 1000 * (cloud.cpu() - before) / count, 'CPU ms', count / (time.monotonic() - began))


def line(name, value, unit, rate=None):
    print('%-34s %9.3f %-6s %s' % (name, value, unit, '' if rate is None else '%8.1f/s' % rate), flush=True)


def measure(cloud, args):
    line('start', cloud.start_seconds, 's')
    client = Client(cloud)
    line('memory, fresh', cloud.memory_mib(), 'MiB')
    before = cloud.cpu()
    time.sleep(args.idle)
    line('idle', 1000 * (cloud.cpu() - before) / args.idle, 'ms/s')
    body = fill(client, args.servers, args.volumes)
    servers = client.get('/compute/v2.1/servers?limit=200')['servers']
    volumes = client.get('/volume/v3/volumes?limit=200')['volumes']
    for name, path in (
            ('GET /v3', '/identity/v3'), ('GET /v3/auth/tokens', '/identity/v3/auth/tokens'),
            ('GET /servers/{id}', ['/compute/v2.1/servers/' + one['id'] for one in servers]),
            ('GET /servers/detail, %d' % args.servers, '/compute/v2.1/servers/detail?limit=1000'),
            ('GET /servers/detail, 20', '/compute/v2.1/servers/detail?limit=20'),
            ('GET /flavors/detail', '/compute/v2.1/flavors/detail'),
            ('GET /volumes/{id}', ['/volume/v3/volumes/' + one['id'] for one in volumes]),
            ('GET /volumes/detail, %d' % args.volumes, '/volume/v3/volumes/detail?limit=1000'),
            ('GET /images', '/image/v2/images?limit=100'), ('GET /networks', '/network/v2.0/networks'),
            ('GET /allocation_candidates', '/placement/allocation_candidates?resources=VCPU:1,MEMORY_MB:64&limit=100')):
        load(cloud, client, name, path, args.seconds)
    people(client, args.users)
    load(cloud, client, 'GET /v3/users, %d' % args.users, '/identity/v3/users?limit=1000', args.seconds)
    revoke(cloud, args.revocations)
    load(cloud, client, 'validate, %d revocations' % args.revocations, '/identity/v3/auth/tokens', args.seconds)
    load(cloud, client, 'POST /v3/auth/tokens', '/identity/v3/auth/tokens', args.seconds, 'POST', client.login)
    before, began = cloud.cpu(), time.monotonic()
    boot(client, {**body, 'name': 'boot'}, args.boot, 1)
    line('boot, a server', 1000 * (cloud.cpu() - before) / args.boot, 'CPU ms', args.boot / (time.monotonic() - began))
    line('memory, filled', cloud.memory_mib(), 'MiB')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--hosts', type=int, default=10, help='fake hosts (default 10)')
    parser.add_argument('--servers', type=int, default=1000, help='servers to fill it with (default 1000)')
    parser.add_argument('--volumes', type=int, default=500, help='volumes to fill it with (default 500)')
    parser.add_argument('--users', type=int, default=1000, help='users of the list (default 1000)')
    parser.add_argument('--revocations', type=int, default=10000, help='revoked tokens while one is checked (default 10000)')
    parser.add_argument('--boot', type=int, default=200, help='servers of the boot figure (default 200)')
    parser.add_argument('--seconds', type=float, default=5, help='seconds a figure (default 5)')
    parser.add_argument('--idle', type=float, default=20, help='seconds of the idle figure (default 20)')
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='praline-bench-') as directory:
        cloud = Cloud(os.path.join(directory, 'state'), args.hosts)
        try:
            measure(cloud, args)
        finally:
            cloud.praline('purge')


if __name__ == '__main__':
    main()
