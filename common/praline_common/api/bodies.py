# SPDX-License-Identifier: Apache-2.0
"""Request and answer bodies: small ones as JSON, large ones as streams in constant memory.

A chunked body reads as empty from uWSGI's wsgi.input, without an error; uwsgi.chunked_read is the
way there, wsgi.input everywhere else (mod_wsgi with WSGIChunkedRequest On).

A client that says `Expect: 100-continue` waits before it sends.  Apache and nginx answer it themselves;
uWSGI does not, so the first who reads the body does.
"""
import os
import urllib.parse

import orjson
import pecan

from praline_common import errors

try:
    import uwsgi
except ImportError:
    uwsgi = None

CHUNK = 1 << 20
FORM = 'application/x-www-form-urlencoded'


def read_json(req):
    """The decoded body; None when it is empty.  BadRequest when it is not JSON."""
    environ = req.environ
    if 'praline.json' in environ:
        return environ['praline.json']
    data = _read(environ)
    try:
        body = orjson.loads(data) if data else None
    except ValueError:
        raise errors.BadRequest('Malformed request body: it is not valid JSON') from None
    environ['praline.json'] = body
    return body


def read_form(req):
    """{name: text} of a form-encoded body, the first where a name comes twice; {} for a body of another type."""
    if req.content_type != FORM:
        return {}
    try:
        pairs = urllib.parse.parse_qsl(_read(req.environ).decode(), errors='strict')
    except ValueError:
        raise errors.BadRequest('Malformed request body: it is not a valid form') from None
    return dict(reversed(pairs))


def _read(environ):
    """The whole body, read once: some servers would wait for more of it."""
    if 'praline.body' in environ:
        return environ['praline.body']
    limit, data = environ.get('praline.body_limit', 1 << 20), b''
    for piece in stream(environ, limit + 1):
        data += piece
        if len(data) > limit:
            raise errors.TooLarge('The request body is larger than %d bytes' % limit)
    environ['praline.body'] = data
    return data


def stream(environ, size=CHUNK):
    """Yield the request's body in pieces, at most what the client declared.  BadRequest when it is cut off."""
    _continue(environ)
    if environ.get('HTTP_TRANSFER_ENCODING', '').lower() == 'chunked':
        yield from _chunks(environ['wsgi.input'], size)
        return
    left = int(environ.get('CONTENT_LENGTH') or 0)
    source = environ['wsgi.input']
    while left > 0:
        try:
            piece = source.read(min(size, left, CHUNK))
        except OSError:
            piece = b''
        if not piece:
            raise errors.BadRequest('The request body ended %d bytes early' % left)
        left -= len(piece)
        yield piece


def _chunks(source, size):
    while True:
        try:
            piece = uwsgi.chunked_read(30) if uwsgi else source.read(min(size, CHUNK))
        except OSError as error:
            raise errors.BadRequest('The chunked request body was cut off, is malformed or has a chunk that is too '
                                    'large: %s' % error) from None
        if not piece:
            return
        yield piece


def _continue(environ):
    """Tell a client that waits for it to send its body; once a request."""
    if uwsgi and environ.pop('HTTP_EXPECT', '').lower() == '100-continue':
        os.write(uwsgi.connection_fd(), b'HTTP/1.1 100 Continue\r\n\r\n')


def drain(environ, most=CHUNK):
    """Read what an answer left unread: closing on it would reset the connection under the answer."""
    try:
        for piece in stream(environ):
            most -= len(piece)
            if most < 0:
                return
    except (errors.BadRequest, OSError):
        return


class StreamResponse(pecan.Response):
    """An answer that the server sends from a file or an iterable; Pecan must not read it."""

    @property
    def body(self):
        return b'stream'

    @body.setter
    def body(self, value):
        raise AttributeError('a stream has no body')


def send_file(environ, file, length, headers=()):
    """A StreamResponse of `length` bytes from the open file's position on."""
    response = StreamResponse(content_type='application/octet-stream')
    wrapper = environ.get('wsgi.file_wrapper')
    response.app_iter = wrapper(file, CHUNK) if wrapper else iter(lambda: file.read(CHUNK), b'')
    response.content_length = length
    response.headers.update(headers)
    return response
