# SPDX-License-Identifier: Apache-2.0
"""Microversions as values: what a request asks for, and values that changed over the versions."""
from praline_common import errors


# Python reads no number of more than 4300 digits.
_LONGEST = 255


def parse(text):
    """'2.53' -> (2, 53).  BadRequest when it is not of that form."""
    major, dot, minor = text.partition('.')
    if not (dot and major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()
            and len(text) <= _LONGEST):
        raise errors.BadRequest('API Version String %s is of invalid format. Must be of format '
                                'MajorNum.MinorNum.' % text)
    return int(major), int(minor)


def show(version):
    return '%d.%d' % version


class History:
    """The microversions a service answers exactly.

    service_type: the word in `OpenStack-API-Version: <type> <version>`; aliases: older words for it;
    legacy_header: an older header that holds the bare version.  first, last: '2.1', '2.96'.  Of a header that names
    the service twice (a browser joins what a script adds to what it always sends) the last one holds, or, where
    `first_holds`, the first.
    """

    def __init__(self, service_type, first, last, legacy_header=None, aliases=(), first_holds=False):
        self.service_type = service_type
        self.words = (service_type, *aliases)
        self.first, self.last = parse(first), parse(last)
        self.legacy_header, self.first_holds = legacy_header, first_holds
        self._environ_legacy = legacy_header and 'HTTP_' + legacy_header.upper().replace('-', '_')
        # As clients write them; what is written in another way is read anew each time, and nothing grows.
        self._known = {show((self.first[0], minor)): (self.first[0], minor)
                       for minor in range(self.first[1], self.last[1] + 1)}

    def asked(self, environ):
        """The version that this request speaks; the first one when it names none."""
        text = environ.get('HTTP_OPENSTACK_API_VERSION')
        if text is not None:
            text = self._ours(text)
        if text is None and self._environ_legacy:
            text = environ.get(self._environ_legacy)
        if text is None:
            return self.first
        return self._known.get(text) or self._check(text.strip())

    def _ours(self, header):
        parts = header.split(',')
        for part in parts if self.first_holds else reversed(parts):
            word, _, version = part.strip().partition(' ')
            if word.lower() in self.words:
                return version.strip()
        return None

    def _check(self, text):
        if text.lower() == 'latest':
            return self.last
        version = parse(text)
        if not self.first <= version <= self.last:
            raise errors.NotAcceptable(
                'Version %s is not supported by the API. Minimum is %s and maximum is %s.'
                % (text, show(self.first), show(self.last)),
                max_version=show(self.last), min_version=show(self.first))
        return version

    def headers(self, version):
        """What the answer says back about its version."""
        text = show(version)
        out = [('OpenStack-API-Version', '%s %s' % (self.service_type, text))]
        vary = 'OpenStack-API-Version'
        if self.legacy_header:
            out.append((self.legacy_header, text))
            vary += ', ' + self.legacy_header
        out.append(('Vary', vary))
        return out


class Since:
    """A value that changed: Since(v2_1=CREATE, v2_19=CREATE_WITH_DESCRIPTION).at((2, 20)).

    `at` gives the newest entry not above the asked version, None below the first.
    """

    def __init__(self, **by_version):
        self.entries = sorted((parse(key[1:].replace('_', '.')), value)
                              for key, value in by_version.items())

    def at(self, version):
        for start, value in reversed(self.entries):
            if start <= version:
                return value
        return None


def at(value, version):
    return value.at(version) if isinstance(value, Since) else value


def values(value):
    """Every value that a plain or versioned declaration can take."""
    return [entry for _, entry in value.entries] if isinstance(value, Since) else [value]
