# SPDX-License-Identifier: Apache-2.0
"""Which collections the compute API has; a new one is a line here."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_compute.api import flavors, keypairs, versions
from praline_compute.api.history import HISTORY

ROUTES = (
    ('/', versions.Versions),
    ('/v2', versions.Version20),
    ('/v2.1', versions.Version21),
    ('/v2.1/flavors', flavors.Flavors),
    ('/v2.1/flavors/{id}/action', flavors.FlavorActions),
    ('/v2.1/flavors/{id}/os-extra_specs', flavors.ExtraSpecs),
    ('/v2.1/flavors/{id}/os-flavor-access', flavors.FlavorAccess),
    ('/v2.1/os-keypairs', keypairs.Keypairs),
)


def api(runtime):
    return Api(ROUTES, history=HISTORY, fault=faults.compute, project_in_path='v2.1')
