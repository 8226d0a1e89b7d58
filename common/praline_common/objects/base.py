# SPDX-License-Identifier: Apache-2.0
"""The base of every object that travels between processes: a declared, versioned shape."""
from oslo_versionedobjects import base
from oslo_versionedobjects import fields

NAMESPACE = 'praline'


class WireObject(base.VersionedObject):
    """One shape on the wire.  Change a field and you raise VERSION; a test holds the fingerprint.

    Fields left unset are absent on the wire; read them with `get(name, default)`.
    """

    OBJ_PROJECT_NAMESPACE = NAMESPACE
    VERSION = '1.0'

    def get(self, name, default=None):
        return getattr(self, name) if self.obj_attr_is_set(name) else default

    def as_dict(self):
        """The set fields as plain values, nested objects too: what a driver logs or stores."""
        return {name: _plain(getattr(self, name))
                for name in self.fields if self.obj_attr_is_set(name)}


def _plain(value):
    if isinstance(value, WireObject):
        return value.as_dict()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


class Registry(base.VersionedObjectRegistry):
    """Finds a class by the name and version that came over the wire."""


register = Registry.register


class Serializer(base.VersionedObjectSerializer):
    """Turns wire objects (also inside lists and dicts) into primitives and back."""

    OBJ_BASE_CLASS = WireObject


__all__ = ['NAMESPACE', 'Registry', 'Serializer', 'WireObject', 'fields', 'register']
