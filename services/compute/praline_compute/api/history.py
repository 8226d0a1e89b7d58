# SPDX-License-Identifier: Apache-2.0
"""The microversions that compute answers.  What each changed stands beside the operations, as Since values."""
from praline_common.api.microversion import History

HISTORY = History('compute', '2.1', '2.104', legacy_header='X-OpenStack-Nova-API-Version')
