# SPDX-License-Identifier: Apache-2.0
"""What identity tells others of its changes and of logins."""
