# SPDX-License-Identifier: Apache-2.0
"""Tokens: who someone is, for which scope, sealed into a string and checked again."""
