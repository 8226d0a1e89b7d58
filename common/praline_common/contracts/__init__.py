# SPDX-License-Identifier: Apache-2.0
"""What each service may ask of the others: one client class a service."""
import functools

from praline_common.contracts.compute import Compute
from praline_common.contracts.identity import Identity
from praline_common.contracts.image import Image
from praline_common.contracts.network import Network
from praline_common.contracts.scheduler import Scheduler
from praline_common.contracts.volume import Volume


class Contracts:
    """The neighbours, each over the same transport."""

    def __init__(self, transport):
        self._transport = transport

    @functools.cached_property
    def identity(self):
        return Identity(self._transport)

    @functools.cached_property
    def image(self):
        return Image(self._transport)

    @functools.cached_property
    def compute(self):
        return Compute(self._transport)

    @functools.cached_property
    def scheduler(self):
        return Scheduler(self._transport)

    @functools.cached_property
    def volume(self):
        return Volume(self._transport)

    @functools.cached_property
    def network(self):
        return Network(self._transport)
