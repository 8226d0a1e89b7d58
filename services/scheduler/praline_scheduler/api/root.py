# SPDX-License-Identifier: Apache-2.0
"""Which collections the placement API has."""
from praline_common import policy
from praline_common.api import faults
from praline_common.api.app import Api
from praline_common.api.microversion import show
from praline_common.api.rest import Controller, operation
from praline_scheduler.api import aggregates, allocations, candidates, inventories, reshaper, resource_classes
from praline_scheduler.api import resource_providers, traits, usages
from praline_scheduler.api.answers import fresh
from praline_scheduler.api.history import HISTORY


class Root(Controller):

    @operation('placement:versions', policy=policy.ANYONE, public=True)
    def get_all(self, req):
        first, last = show(HISTORY.first), show(HISTORY.last)
        return fresh(req, {'versions': [{'id': 'v' + first, 'min_version': first, 'max_version': last,
                                         'status': 'CURRENT', 'links': [{'rel': 'self', 'href': ''}]}]})


ROUTES = (
    ('/', Root),
    ('/resource_classes', resource_classes.ResourceClasses),
    ('/resource_providers', resource_providers.ResourceProviders),
    ('/resource_providers/{id}/inventories', inventories.Inventories),
    ('/resource_providers/{id}/usages', usages.ProviderUsages),
    ('/resource_providers/{id}/aggregates', aggregates.Aggregates),
    ('/resource_providers/{id}/allocations', allocations.ProviderAllocations),
    ('/resource_providers/{id}/traits', traits.ProviderTraits),
    ('/allocations', allocations.Allocations),
    ('/allocation_candidates', candidates.AllocationCandidates),
    ('/traits', traits.Traits),
    ('/usages', usages.Usages),
    ('/reshaper', reshaper.Reshaper),
)


def api(runtime):
    return Api(ROUTES, history=HISTORY, fault=faults.placement)
