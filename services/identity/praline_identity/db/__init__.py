# SPDX-License-Identifier: Apache-2.0
"""The rows that identity keeps."""
