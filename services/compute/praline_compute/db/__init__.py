# SPDX-License-Identifier: Apache-2.0
"""The rows of compute, a module for each resource."""
