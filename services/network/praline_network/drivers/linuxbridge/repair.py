# SPDX-License-Identifier: Apache-2.0
"""A round of mending in which one thing's failure does not keep the others from being mended."""
import logging

from praline_common import errors

LOG = logging.getLogger(__name__)


class Repair:

    def __init__(self):
        self._mended, self._failed = [], []

    def do(self, what, function, *args):
        """Run function(*args), which tells whether it changed anything, and note what came of it."""
        try:
            if function(*args):
                self._mended.append(what)
        except errors.Error as error:
            self._failed.append('%s: %s' % (what, error.message))

    def finish(self):
        """[what was mended]; DriverError with everything that failed."""
        if self._mended:
            LOG.info('mended %s', ', '.join(self._mended))
        if self._failed:
            raise errors.DriverError('; '.join(self._failed))
        return self._mended
