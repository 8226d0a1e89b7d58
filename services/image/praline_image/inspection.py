# SPDX-License-Identifier: Apache-2.0
"""Looks at image data as it comes in, before any program that believes its headers sees it, and hashes it.

oslo.utils knows the headers; this decides what they mean for an image: which format it must be, and
that it does not refer to anything outside itself (backing file, data file, external extent).
"""
import hashlib

from oslo_utils.imageutils import format_inspector

from praline_common import errors as common
from praline_image import errors

ALGORITHM = 'sha512'


class Inspection:
    """Feed it the data with `see`, then `verdict`.  What another container wraps is not looked into.

    disk_format: what the image claims; check: refuse data of another format; limit: bytes that it may
    have, else TooLarge(limit_message).
    """

    def __init__(self, image, check, limit, limit_message):
        self.disk_format, self.check = image['disk_format'], check
        self.limit, self.limit_message = limit, limit_message
        self.size = 0
        self._wrapper = format_inspector.InspectWrapper(_Source())
        self._bare = self._asks = image['container_format'] == 'bare'
        self._sums = hashlib.md5(usedforsecurity=False), hashlib.new(ALGORITHM)

    def see(self, piece):
        """TooLarge."""
        self.size += len(piece)
        if self.size > self.limit:
            raise common.TooLarge(self.limit_message)
        for digest in self._sums:
            digest.update(piece)
        if not self._asks:
            return
        self._wrapper._source.piece = piece
        self._wrapper.read(len(piece))
        if self._wrapper.formats is not None:
            self._asks = False

    def verdict(self):
        """The columns that describe the data.  FormatRefused."""
        self._wrapper.close()
        checksum, value = (digest.hexdigest() for digest in self._sums)
        return {'size': self.size, 'virtual_size': self._virtual_size(), 'checksum': checksum,
                'os_hash_algo': ALGORITHM, 'os_hash_value': value}

    def _virtual_size(self):
        """In bytes; None when the data does not tell."""
        if not self._bare:
            return None
        inspector = self._inspector()
        self._refuse_references(inspector)
        found = str(inspector)
        if self.disk_format in ('raw', 'gpt'):
            return self.size
        if found == self.disk_format:
            return inspector.virtual_size or None
        self._refuse_other(found)
        return None

    def _refuse_other(self, found):
        if self.check and not (found == 'raw' and self.disk_format not in format_inspector.ALL_FORMATS):
            raise errors.FormatRefused('The image is declared as %s, but its data is %s' % (self.disk_format, found))

    def _inspector(self):
        """What matched; a bootable ISO may carry a partition table.  FormatRefused when it is two things."""
        matches = {str(item): item for item in self._wrapper.formats}
        if set(matches) == {'iso', 'gpt'}:
            return matches['iso']
        if len(matches) > 1:
            raise errors.FormatRefused('The data is %s at the same time' % ' and '.join(sorted(matches)))
        return next(iter(matches.values()))

    @staticmethod
    def _refuse_references(inspector):
        try:
            inspector.safety_check()
        except format_inspector.SafetyCheckFailed as error:
            failed = {name: reason for name, reason in error.failures.items()
                      if not (inspector.NAME == 'gpt' and name == 'mbr')}
            if failed:
                raise errors.FormatRefused('The %s data is not safe to use: %s' % (
                    inspector.NAME, '; '.join(str(reason) for reason in failed.values()))) from None
        except format_inspector.ImageFormatError as error:
            raise errors.FormatRefused('The %s data cannot be used: %s' % (inspector.NAME, error)) from None


class _Source:
    """Hands the wrapper the piece it is to look at."""

    piece = b''

    def read(self, _size):
        return self.piece
