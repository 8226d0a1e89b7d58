# SPDX-License-Identifier: Apache-2.0
"""The process on a host that has networks."""
