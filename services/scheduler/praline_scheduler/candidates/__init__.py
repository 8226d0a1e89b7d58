# SPDX-License-Identifier: Apache-2.0
"""Which sets of providers could fulfil a request, one after another, no more than are asked for.  Pure."""
