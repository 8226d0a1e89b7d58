# SPDX-License-Identifier: Apache-2.0
"""Connections to LDAP servers, made here and handed to the library: only so does every wait come to an end.

libldap, built with GnuTLS as Debian does, spins without a timeout when a server accepts a connection and then says
nothing in the TLS handshake.  So TLS (ldaps:// and StartTLS) is Python's, and a thread carries the bytes.
"""
import contextlib
import select
import socket
import ssl
import threading
from urllib.parse import urlsplit

_PORTS = {'ldap': 389, 'ldaps': 636}
_SIZE = 65536
# An ExtendedRequest, message 1, with the name 1.3.6.1.4.1.1466.20037 (RFC 4511, 4.14).
_START_TLS = b'\x30\x1d\x02\x01\x01\x77\x18\x80\x16' + b'1.3.6.1.4.1.1466.20037'
_EXTENDED_RESPONSE, _SUCCESS = b'\x02\x01\x01\x78', b'\x0a\x01\x00'


def connect(url, settings, seconds):
    """The file descriptor, owned by the caller, of a connection that talks plain LDAP to the server of a URL.

    OSError (ssl.SSLError is one) when there is none after these seconds.
    """
    parts = urlsplit(url)
    if parts.scheme.lower() not in _PORTS:
        raise OSError('%s is no ldap:// or ldaps:// URL' % url)
    secure = parts.scheme.lower() == 'ldaps'
    sock = socket.create_connection((parts.hostname or 'localhost', parts.port or _PORTS[parts.scheme.lower()]), seconds)
    try:
        if not secure and not settings.use_tls:
            sock.settimeout(None)
            return sock.detach()
        if not secure:
            _start_tls(sock)
        far = _context(settings).wrap_socket(sock, server_hostname=parts.hostname or 'localhost')
    except BaseException:
        sock.close()
        raise
    near, ours = socket.socketpair()
    threading.Thread(target=_carry, args=(far, ours), name='ldap-tls', daemon=True).start()
    return near.detach()


def _context(settings):
    context = ssl.create_default_context(cafile=settings.tls_cacertfile or None,
                                         capath=settings.tls_cacertdir or None)
    if settings.tls_req_cert != 'demand':
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _start_tls(sock):
    """Ask for TLS; OSError when the server does not agree."""
    sock.sendall(_START_TLS)
    answer = _read(sock, 2)
    size = answer[1]
    if size & 0x80:
        size = int.from_bytes(_read(sock, size & 0x7f), 'big')
    body = _read(sock, min(size, _SIZE))
    if answer[:1] != b'\x30' or not body.startswith(_EXTENDED_RESPONSE) or _SUCCESS not in body[5:10]:
        raise OSError('the server does not start TLS')


def _read(sock, size):
    data = b''
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise OSError('the server hung up')
        data += more
    return data


def _carry(far, near):
    """Carry bytes between the TLS connection and its plain end until either closes."""
    with far, near, contextlib.suppress(OSError):
        while True:
            ready = [far] if far.pending() else select.select([far, near], [], [])[0]
            for source, sink in ((near, far), (far, near)):
                if source in ready:
                    data = source.recv(_SIZE)
                    if not data:
                        return
                    sink.sendall(data)
