# SPDX-License-Identifier: Apache-2.0
"""Identity's HTTP API, version 3."""
