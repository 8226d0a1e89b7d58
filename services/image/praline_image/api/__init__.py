# SPDX-License-Identifier: Apache-2.0
"""The image API, version 2."""
