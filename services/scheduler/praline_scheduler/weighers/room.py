# SPDX-License-Identifier: Apache-2.0
"""Prefers hosts with more of a class free."""


class FreeRoom:

    def __init__(self, name):
        self.name = name

    def weigh(self, request, hosts):
        name, free = self.name, []
        for item in hosts:
            inventory = item.inventories.get(name)
            free.append(inventory.capacity - inventory.used if inventory is not None else 0)
        least, most = min(free), max(free)
        if least == most:
            return None
        scale = 1.0 / (most - least)
        return [(value - least) * scale for value in free]
