# SPDX-License-Identifier: Apache-2.0
"""Fetches image data from a URL that a user gave, without reaching into this machine.

The address is checked where the connection is made, for every redirect too, so that a name that
resolves differently the second time gains nothing.
"""
import http.client
import ipaddress
import socket
from urllib import error, parse, request

from praline_common import errors

CHUNK = 1 << 20
TIMEOUT = 60
_NAT64 = ipaddress.ip_network('64:ff9b::/96')


def check_uri(uri, options):
    """BadRequest unless the scheme is allowed and the host, when it is an address, may be reached."""
    try:
        parts = parse.urlsplit(uri)
        host, scheme, _port = parts.hostname, parts.scheme, parts.port
    except ValueError:
        host = scheme = None
    if not host or scheme not in options.download_schemes:
        raise errors.BadRequest('URI for web-download does not pass filtering: %s' % uri)
    for address in _addresses(host):
        if not allowed(address, options.download_networks):
            raise errors.BadRequest('URI for web-download does not pass filtering: %s' % uri)


def _addresses(host):
    """The address that the host is, or those that a local name stands for; none for names to look up later."""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        if host == 'localhost' or host.endswith('.localhost'):
            return [ipaddress.ip_address('127.0.0.1')]
        return []


def allowed(address, networks):
    """Whether downloads may connect to this address: only those of the public internet, and any in `networks`."""
    address = _embedded(address)
    if any(address in ipaddress.ip_network(network) for network in networks
           if ipaddress.ip_network(network).version == address.version):
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _embedded(address):
    """The IPv4 address that this IPv6 address leads to (mapped, 6to4, NAT64), or the address itself."""
    if address.version == 4:
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def fetch(uri, options):
    """Yield the data at uri in pieces.  BadRequest when it is not there, Unavailable when it cannot be reached."""
    check_uri(uri, options)
    opener = request.OpenerDirector()
    for handler in (_Http(options), _Https(options), request.HTTPRedirectHandler(), request.HTTPErrorProcessor(),
                    request.HTTPDefaultErrorHandler(), request.UnknownHandler()):
        opener.add_handler(handler)
    try:
        with opener.open(request.Request(uri, headers={'User-Agent': 'praline'}), timeout=TIMEOUT) as answer:
            declared = _declared(answer)
            for piece in iter(lambda: answer.read(CHUNK), b''):
                yield piece
            if answer.length:
                raise http.client.HTTPException('the data ended %d bytes short of the %d that Content-Length says'
                                                % (answer.length, declared))
    except error.HTTPError as failure:
        raise errors.BadRequest('%s answered %d %s' % (uri, failure.code, failure.reason)) from None
    except (OSError, http.client.HTTPException) as failure:
        reason = getattr(failure, 'reason', failure)
        if isinstance(reason, errors.Error):
            raise reason from None
        raise errors.BadRequest('%s cannot be fetched: %s' % (uri, reason)) from None


def _declared(answer):
    """Content-Length; None where the end of the data is told otherwise.  HTTPException when it cannot be known."""
    encodings = [text.strip().lower() for text in answer.headers.get_all('Transfer-Encoding', ())]
    if encodings:
        if encodings != ['chunked']:
            raise http.client.HTTPException('Transfer-Encoding: %s is not understood' % ', '.join(encodings))
        return None
    lengths = {text.strip() for text in answer.headers.get_all('Content-Length', ())}
    if not lengths:
        return None
    if len(lengths) > 1 or not all(text.isascii() and text.isdigit() for text in lengths):
        raise http.client.HTTPException('Content-Length: %s is not a number' % ', '.join(sorted(lengths)))
    return int(lengths.pop())


def _connect(options):
    """A create_connection that refuses addresses which downloads may not reach."""
    def connect(address, timeout=TIMEOUT, source_address=None):
        host, port = address
        failure = OSError('%s has no address' % host)
        for _, _, _, _, target in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if not allowed(ipaddress.ip_address(target[0].partition('%')[0]), options.download_networks):
                failure = OSError('%s is an address that downloads may not reach' % host)
                continue
            try:
                return socket.create_connection(target[:2], timeout)
            except OSError as refused:
                failure = refused
        raise failure
    return connect


class _Http(request.HTTPHandler):

    def __init__(self, options):
        super().__init__()
        self._connect = _connect(options)

    def http_open(self, req):
        return self.do_open(self._connection, req)

    def _connection(self, host, **settings):
        made = http.client.HTTPConnection(host, **settings)
        made._create_connection = self._connect
        return made


class _Https(request.HTTPSHandler):

    def __init__(self, options):
        super().__init__()
        self._connect = _connect(options)

    def https_open(self, req):
        return self.do_open(self._connection, req)

    def _connection(self, host, **settings):
        made = http.client.HTTPSConnection(host, **settings)
        made._create_connection = self._connect
        return made
