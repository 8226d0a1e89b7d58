# SPDX-License-Identifier: Apache-2.0
"""Types of command-line arguments, refused before anything is done."""
import argparse

from praline_common import service as services


def port(text):
    """A TCP port that a server may have."""
    number = _number(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError('%s is no port: 1 to 65535' % text)
    return number


def positive(text):
    number = _number(text)
    if number < 1:
        raise argparse.ArgumentTypeError('%s is too few: at least 1' % text)
    return number


def service(text):
    """The name of an installed service."""
    known = services.installed()
    if text not in known:
        raise argparse.ArgumentTypeError('there is no service %s: %s' % (text, ', '.join(known)))
    return text


def _number(text):
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError('%r is no number' % text) from None
