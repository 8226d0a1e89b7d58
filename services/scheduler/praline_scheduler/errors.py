# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with places, beside the common errors; `code` is what placement's clients act on.

praline_common.errors
|-- NotFound
|   |-- ProviderNotFound       404
|   |-- TraitNotFound          404
|   `-- ResourceClassNotFound  404
`-- Conflict
    |-- ConcurrentUpdate       409  placement.concurrent_update: read again and try again
    |-- InventoryInUse         409  placement.inventory.inuse
    |-- ProviderInUse          409  placement.resource_provider.inuse
    |-- ProviderHasChildren    409  placement.resource_provider.cannot_delete_parent
    |-- DuplicateName          409  placement.duplicate_name
    `-- DoesNotFit             409  an allocation asks for what the provider cannot give
"""
from praline_common import errors


class ProviderNotFound(errors.NotFound):
    def __init__(self, provider_id=None, **details):
        super().__init__(provider_id if ' ' in str(provider_id)
                         else 'No resource provider with uuid %s found' % provider_id, **details)


class TraitNotFound(errors.NotFound):
    """The named traits do not exist."""


class ResourceClassNotFound(errors.NotFound):
    """No such resource class."""


class _Coded(errors.Conflict):
    code = None

    def __init__(self, message=None, **details):
        super().__init__(message, **{'code': self.code, **details})


class ConcurrentUpdate(_Coded):
    code = 'placement.concurrent_update'


class InventoryInUse(_Coded):
    code = 'placement.inventory.inuse'


class ProviderInUse(_Coded):
    code = 'placement.resource_provider.inuse'


class ProviderHasChildren(_Coded):
    code = 'placement.resource_provider.cannot_delete_parent'


class DuplicateName(_Coded):
    code = 'placement.duplicate_name'


class DoesNotFit(errors.Conflict):
    """The provider lacks the class, the room, or the amount breaks its units."""
