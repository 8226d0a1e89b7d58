# SPDX-License-Identifier: Apache-2.0
"""Where volumes really live: one contract, one file a back end."""
