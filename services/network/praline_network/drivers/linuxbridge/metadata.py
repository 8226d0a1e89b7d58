# SPDX-License-Identifier: Apache-2.0
"""The metadata address: a listening socket in every namespace that has it, all served by this process.

Each socket is opened by a thread inside its namespace and stays in it.  One thread waits on all of them; a small
pool answers.  Sockets end with the process and are opened again by the next `apply`.
"""
import concurrent.futures
import http.server
import logging
import selectors
import socket
import threading

from praline_common import errors
from praline_network.drivers.linuxbridge import namespaces
from praline_network.drivers.linuxbridge.leases import METADATA, METADATA6

LOG = logging.getLogger(__name__)
PORT = 80
PATIENCE = 10
POSTED_BYTES = 4096


class MetadataServer:
    """answer(network_id, source_ip, path, [bytes posted]) -> (status, content type, bytes) says what a guest reads."""

    def __init__(self, answer, workers=8):
        self._answer, self._workers = answer, workers
        self._listeners = {}
        self._lock = threading.Lock()
        self._selector = self._pool = self._thread = self._waker = None

    def ensure(self, namespace, network_of, link=None):
        """Listen in the namespace.  network_of(source ip) -> the network id that a guest there asks from, or None.

        link: the one that has the IPv6 address, which is listened on too.
        """
        identity = namespaces.identity(namespace)
        with self._lock:
            known = self._listeners.get(namespace)
            if known and (known.identity, known.link) == (identity, link):
                known.network_of = network_of
                return
            if known:
                self._close(known)
            listener = _Listener(namespace, identity, link, namespaces.within(namespace, _listen, link), network_of)
            self._start()
            self._listeners[namespace] = listener
            for each in listener.sockets:
                self._selector.register(each, selectors.EVENT_READ, listener)
            self._wake()

    def remove(self, namespace):
        with self._lock:
            listener = self._listeners.pop(namespace, None)
            if listener:
                self._close(listener)

    def namespaces(self):
        with self._lock:
            return sorted(self._listeners)

    def close(self):
        with self._lock:
            if self._thread is None:
                return
            thread, self._thread = self._thread, None
            for listener in self._listeners.values():
                self._close(listener)
            self._listeners.clear()
            self._wake()
        thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._selector.close()
        for end in self._waker:
            end.close()

    def _start(self):
        if self._thread is not None:
            return
        self._selector = selectors.DefaultSelector()
        self._waker = socket.socketpair()
        self._selector.register(self._waker[0], selectors.EVENT_READ, None)
        self._pool = concurrent.futures.ThreadPoolExecutor(self._workers, thread_name_prefix='metadata')
        self._thread = threading.Thread(target=self._serve, name='metadata', daemon=True)
        self._thread.start()

    def _wake(self):
        self._waker[1].send(b'.')

    def _close(self, listener):
        for each in listener.sockets:
            self._selector.unregister(each)
            each.close()

    def _serve(self):
        while self._thread is threading.current_thread():
            for key, _ in self._selector.select():
                if key.data is None:
                    key.fileobj.recv(4096)
                else:
                    self._accept(key.data, key.fileobj)

    def _accept(self, listener, listening):
        try:
            connection, address = listening.accept()
        except OSError:
            return
        try:
            self._pool.submit(self._handle, listener, connection, address)
        except RuntimeError:
            connection.close()

    def _handle(self, listener, connection, address):
        connection.settimeout(PATIENCE)
        with connection:
            try:
                _Request(connection, address, _Answerer(self._answer, listener))
            except OSError:
                LOG.debug('metadata: a guest at %s left before its answer.', address[0])


class _Listener:

    def __init__(self, namespace, identity, link, sockets, network_of):
        self.namespace, self.identity, self.link = namespace, identity, link
        self.sockets, self.network_of = sockets, network_of


class _Answerer:
    """What the request handler knows as its server."""

    def __init__(self, answer, listener):
        self._answer, self._listener = answer, listener

    def answer(self, source, path, *posted):
        network_id = self._listener.network_of(source)
        if network_id is None:
            return 404, 'text/plain', b'This address is of no network here.\n'
        try:
            return self._answer(network_id, source, path, *posted)
        except Exception:
            LOG.exception('metadata: no answer for %s of network %s', source, network_id)
            return 500, 'text/plain', b'The metadata service failed.\n'


class _Request(http.server.BaseHTTPRequestHandler):
    timeout = PATIENCE

    def do_GET(self):
        self._send(*self.server.answer(self._source(), self.path))

    def _source(self):
        """The asker's address, without the link's name behind it."""
        return self.client_address[0].partition('%')[0]

    def do_POST(self):
        length = self.headers.get('Content-Length', '')
        if not length.isdecimal() or int(length) > POSTED_BYTES:
            self._send(413 if length.isdecimal() else 411, 'text/plain', b'')
            return
        self._send(*self.server.answer(self._source(), self.path, self.rfile.read(int(length))))

    def _send(self, status, content_type, body):
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(body)))
        self.send_header('Connection', 'close')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *args):
        LOG.debug('metadata: %s %s', self.client_address[0], self.requestline)


def _listen(link):
    """[socket] of the namespace that this thread is in."""
    wanted = [(socket.AF_INET, (METADATA, PORT))]
    if link:
        wanted.append((socket.AF_INET6, (METADATA6, PORT, 0, socket.if_nametoindex(link))))
    made = []
    try:
        for family, address in wanted:
            made.append(socket.socket(family, socket.SOCK_STREAM))
            made[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made[-1].bind(address)
            made[-1].listen(64)
            made[-1].setblocking(False)
    except OSError as error:
        for each in made:
            each.close()
        raise errors.DriverError('The metadata address cannot be listened on: %s.' % error.strerror) from None
    return made
