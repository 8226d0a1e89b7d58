# SPDX-License-Identifier: Apache-2.0
"""The Block Storage API, version 3."""
