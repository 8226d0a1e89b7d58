# SPDX-License-Identifier: Apache-2.0
"""Every collection of identity's API, by its path."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_identity.api.tokens import AuthTokens
from praline_identity.api.versions import Version3, Versions
from praline_identity.tokens.issuer import Tokens

ROUTES = (
    ('/', Versions),
    ('/v3', Version3),
    ('/v3/auth/tokens', AuthTokens),
)


def api(runtime):
    return Api(ROUTES, fault=faults.identity, token_checker=runtime.shared(Tokens))
