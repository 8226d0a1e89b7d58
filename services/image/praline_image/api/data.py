# SPDX-License-Identifier: Apache-2.0
"""An image's data: up, down, and up to the staging area."""
import contextlib

from webob import byterange

from praline_common import errors, policy
from praline_common.api import bodies
from praline_common.api.rest import Controller, operation
from praline_image import intake, store
from praline_image.api import stores
from praline_image.db import images

OCTETS = 'application/octet-stream'
# Of images that one sees; a reader sees what is there, and takes nothing away.
DOWNLOAD = 'role:admin or role:member or role:manager'


class RangeNotSatisfiable(errors.Error):
    status, title = 416, 'Requested Range Not Satisfiable'


class File(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.intake, self.store = intake.Intakes(runtime), store.of(runtime)

    @operation('upload_image', policy=policy.MEMBER, item=images.get, status=204, raw=True, consumes=OCTETS)
    def put_all(self, req, image):
        _check_octets(req)
        stores.check_header(req)
        self.intake.upload(req.context, image, bodies.stream(req.environ))

    @operation('download_image', policy=DOWNLOAD, item=images.get, produces=OCTETS)
    def get_all(self, req, image):
        if image['status'] == 'deactivated' and not req.context.is_admin:
            raise errors.Forbidden('The requested image has been deactivated. Image data download is forbidden.')
        if image['status'] not in ('active', 'deactivated'):
            return _no_data()
        start, stop = _range(req, image['size'])
        file = self.store.open(image['id'])
        headers = {'Content-MD5': image['checksum']} if image['checksum'] else {}
        if (start, stop) == (0, image['size']) and 'HTTP_RANGE' not in req.environ:
            response = bodies.send_file(req.environ, file, image['size'], headers)
            if 'wsgi.file_wrapper' not in req.environ:
                response.app_iter = _pieces(file, 0, stop)
            return response
        response = bodies.StreamResponse(content_type=OCTETS, status=206)
        response.app_iter = _pieces(file, start, stop)
        response.content_length = stop - start
        response.headers.update(headers)
        response.headers['Content-Range'] = 'bytes %d-%d/%d' % (start, stop - 1, image['size'])
        return response


class Stage(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.options, self.intake = runtime.options, intake.Intakes(runtime)

    @operation('modify_image', policy=policy.MEMBER, item=images.get, status=204, raw=True, consumes=OCTETS)
    def put_all(self, req, image):
        if 'glance-direct' not in self.options.import_methods:
            raise errors.NotFound("'glance-direct' method is not available at this site.")
        _check_octets(req)
        stores.check_header(req)
        self.intake.stage(req.context, image, bodies.stream(req.environ))


def _check_octets(req):
    if req.content_type != OCTETS:
        raise errors.UnsupportedMedia('Invalid content type %s; data comes as %s' % (req.content_type or '', OCTETS))


def _no_data():
    response = bodies.StreamResponse(status=204)
    response.content_type = None
    response.app_iter = ()
    return response


def _range(req, size):
    """(first byte, byte after the last) that the request asks for."""
    text = req.environ.get('HTTP_RANGE')
    if not text:
        return 0, size
    wanted = byterange.Range.parse(text)
    found = wanted.range_for_length(size) if wanted else None
    if found is None:
        raise RangeNotSatisfiable('The byte range passed in the Range header did not match any available byte '
                                  'range in the %d bytes of the image.' % size)
    return found


def _pieces(file, start, stop):
    """The bytes of the open file from start up to stop; closes it."""
    with contextlib.closing(file):
        file.seek(start)
        left = stop - start
        while left > 0:
            piece = file.read(min(left, bodies.CHUNK))
            if not piece:
                return
            left -= len(piece)
            yield piece
