# SPDX-License-Identifier: Apache-2.0
"""The compute API, version 2.1 and its microversions."""
