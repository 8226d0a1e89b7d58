# SPDX-License-Identifier: Apache-2.0
"""Servers: /servers with its actions and sub-resources."""
