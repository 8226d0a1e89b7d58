# SPDX-License-Identifier: Apache-2.0
"""Namespaces that play guests: each with a veth named as its tap, and what a guest does with it."""
import http.client
import os
import random
import select
import socket
import struct
import subprocess
import time

from praline_network.drivers.linuxbridge import namespaces

PATIENCE = 30
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5


def sh(*argv, check=True, namespace=None):
    """The program's output, run as an argument list."""
    def run():
        return subprocess.run(argv, capture_output=True, text=True, timeout=120)
    done = namespaces.within(namespace, run) if namespace else run()
    if check and done.returncode:
        raise AssertionError('%s: %s' % (' '.join(argv), done.stderr.strip()))
    return done.stdout


def until(condition, patience=PATIENCE):
    """The first true answer of condition(), asked until the deadline."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


class Guest:
    """One guest: plug() as the hypervisor does, then use the network from inside."""

    def __init__(self, namespace, port):
        self.namespace, self.port = namespace, port
        self._sockets = []
        sh('ip', 'netns', 'add', namespace)

    def plug(self, where):
        """where: what ensure_port answered."""
        sh('ip', 'link', 'add', where['tap'], 'type', 'veth', 'peer', 'name', 'eth0', 'address', self.port.mac,
           'netns', self.namespace)
        sh('ip', 'link', 'set', where['tap'], 'mtu', str(where['mtu']), 'master', where['bridge'], 'up')
        self.inside(namespaces.set_kernel_values, {'net/ipv6/conf/default/accept_dad': '0',
                                                   'net/ipv6/conf/eth0/accept_dad': '0'})
        self.ip('link', 'set', 'eth0', 'up')
        return self

    def delete(self):
        for opened in self._sockets:
            opened.close()
        sh('ip', 'netns', 'delete', self.namespace, check=False)

    def inside(self, function, *args):
        return namespaces.within(self.namespace, function, *args)

    def ip(self, *words, check=True):
        return sh('ip', '-n', self.namespace, *words, check=check)

    def address(self, *addresses):
        for address in addresses:
            self.ip('addr', 'add', address, 'dev', 'eth0', *(['nodad'] if ':' in address else []))
        return self

    def route(self, destination, gateway):
        self.ip('route', 'replace', destination, 'via', gateway)
        return self

    def lease(self):
        """{'ip', 'server', 'options': {number: bytes}} by DHCP, or None; the address and routes are not set."""
        return self.inside(dhcp_lease, self.port.mac)

    def configure(self):
        """Set what DHCP says."""
        lease = until(self.lease)
        assert lease, 'no lease'
        length = bin(int.from_bytes(lease['options'][1], 'big')).count('1')
        self.address('%s/%d' % (lease['ip'], length))
        routes = classless_routes(lease['options'].get(121, b''))
        if not routes and 3 in lease['options']:
            routes = [('default', socket.inet_ntoa(lease['options'][3][:4]))]
        for destination, gateway in routes:
            self.route(destination, gateway)
        return lease

    def ping(self, address, source=None, within=1.0):
        """Whether an echo is answered."""
        options = ['-I', source] if source else []
        return self.inside(_ping, address, options, within)

    def reaches(self, address, patience=PATIENCE):
        return until(lambda: self.ping(address), patience)

    def get(self, url_path, host='169.254.169.254', port=80):
        """(status, body) of a GET."""
        return self.inside(_get, host, port, url_path)

    def listen(self, port, kind=socket.SOCK_STREAM, family=socket.AF_INET):
        """A socket listening inside."""
        def open_socket():
            listening = socket.socket(family, kind)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(('::' if family == socket.AF_INET6 else '0.0.0.0', port))
            if kind == socket.SOCK_STREAM:
                listening.listen(8)
            listening.settimeout(PATIENCE)
            return listening
        self._sockets.append(self.inside(open_socket))
        return self._sockets[-1]

    def connect(self, address, port, patience=PATIENCE):
        """A connected socket, or None."""
        def open_socket():
            connecting = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
            connecting.settimeout(patience)
            try:
                connecting.connect((address, port))
            except OSError:
                connecting.close()
                return None
            return connecting
        return self.inside(open_socket)

    def send_frame(self, frame):
        """A raw frame, as a dishonest guest would."""
        def send():
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
                sender.bind(('eth0', 0))
                sender.send(frame)
        self.inside(send)

    def sniff(self):
        """A raw socket that sees what arrives."""
        def open_socket():
            listening = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            listening.bind(('eth0', 0))
            return listening
        return self.inside(open_socket)


def hears(listening, wanted, patience=0.4):
    """Whether a frame for which wanted(frame) holds arrives in time."""
    deadline = time.monotonic() + patience
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([listening], [], [], left)[0]:
            return False
        if wanted(listening.recv(65536)):
            return True


def _ping(address, options, patience):
    return subprocess.run(['ping', '-n', '-c', '1', '-W', str(patience), *options, address],
                          capture_output=True, timeout=120).returncode == 0


def _get(host, port, path):
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request('GET', path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def dhcp_lease(mac):
    """Discover, offer, request, acknowledge."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)) as wire:
        wire.bind(('eth0', 0))
        offer = _exchange(wire, mac, DISCOVER, OFFER, b'')
        if offer is None:
            return None
        chosen = bytes([50, 4]) + socket.inet_aton(offer['ip']) + bytes([54, 4]) + offer['options'][54]
        return _exchange(wire, mac, REQUEST, ACK, chosen)


def _exchange(wire, mac, kind, awaited, extra):
    number = random.getrandbits(32)
    wire.send(dhcp_frame(mac, kind, number, extra))
    deadline = time.monotonic() + 1.0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([wire], [], [], left)[0]:
            return None
        answer = _read_dhcp(wire.recv(65536), number)
        if answer and answer['options'].get(53) == bytes([awaited]):
            return answer


def dhcp_frame(mac, kind, number, extra=b'', reply=False):
    hardware = bytes.fromhex(mac.replace(':', ''))
    body = struct.pack('!BBBBIHH16s16s', 2 if reply else 1, 1, 6, 0, number, 0, 0x8000, bytes(16), hardware)
    body += bytes(192) + b'\x63\x82\x53\x63' + bytes([53, 1, kind]) + extra
    body += bytes([55, 6, 1, 3, 6, 26, 51, 121, 255])
    ports = (67, 68) if reply else (68, 67)
    return udp_frame(hardware, b'\xff' * 6, '0.0.0.0', '255.255.255.255', ports, body)


def udp_frame(source_mac, target_mac, source, target, ports, body):
    udp = struct.pack('!HHHH', *ports, 8 + len(body), 0) + body
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         socket.inet_aton(source), socket.inet_aton(target))
    header = header[:10] + struct.pack('!H', checksum(header)) + header[12:]
    return target_mac + source_mac + b'\x08\x00' + header + udp


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def _read_dhcp(frame, number):
    packet = frame[14:]
    start = (packet[0] & 15) * 4
    if len(packet) < start + 248 or packet[9] != 17 or packet[start:start + 4] != struct.pack('!HH', 67, 68):
        return None
    body = packet[start + 8:]
    if struct.unpack('!I', body[4:8])[0] != number:
        return None
    return {'ip': socket.inet_ntoa(body[16:20]), 'options': _options(body[240:])}


def _options(data):
    found, place = {}, 0
    while place < len(data) and data[place] != 255:
        if data[place] == 0:
            place += 1
            continue
        length = data[place + 1]
        found[data[place]] = data[place + 2:place + 2 + length]
        place += 2 + length
    return found


def dhcp6_offer(mac):
    """The address that a DHCPv6 server offers, or None."""
    hardware, number = bytes.fromhex(mac.replace(':', '')), os.urandom(3)
    identity = struct.pack('!HHHH', 1, 10, 3, 1) + hardware
    message = b'\x01' + number + identity + struct.pack('!HHIII', 3, 12, 1, 0, 0) + struct.pack('!HHH', 8, 2, 0)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asking:
        asking.bind(('::', 546))
        asking.settimeout(0.5)
        try:
            asking.sendto(message, ('ff02::1:2', 547, 0, socket.if_nametoindex('eth0')))
            answer = asking.recv(2000)
        except OSError:
            return None
    leased = _options6(_options6(answer[4:]).get(3, bytes(12))[12:]).get(5)
    return socket.inet_ntop(socket.AF_INET6, leased[:16]) if leased else None


def _options6(data):
    found, place = {}, 0
    while place + 4 <= len(data):
        number, length = struct.unpack('!HH', data[place:place + 4])
        found[number] = data[place + 4:place + 4 + length]
        place += 4 + length
    return found


def classless_routes(data):
    """[(destination, gateway)] of option 121."""
    found, place = [], 0
    while place < len(data):
        length = data[place]
        count = (length + 7) // 8
        prefix = data[place + 1:place + 1 + count] + bytes(4 - count)
        found.append(('%s/%d' % (socket.inet_ntoa(prefix), length),
                      socket.inet_ntoa(data[place + 1 + count:place + 5 + count])))
        place += 5 + count
    return found


def random_mac():
    return 'fa:16:3e:%02x:%02x:%02x' % tuple(os.urandom(3))
