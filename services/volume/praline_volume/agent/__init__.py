# SPDX-License-Identifier: Apache-2.0
"""The process beside the volumes: one on every host that keeps them."""
