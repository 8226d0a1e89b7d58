# SPDX-License-Identifier: Apache-2.0
"""What the worker does between rows and hosts: ports of servers, and agents that make it so."""
