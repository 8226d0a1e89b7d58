# SPDX-License-Identifier: Apache-2.0
"""What travels between processes; each of them knows every kind of object, whichever services it runs."""
from praline_common.objects import guest, network, volume

__all__ = ['guest', 'network', 'volume']
