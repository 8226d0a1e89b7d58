# SPDX-License-Identifier: Apache-2.0
"""Federation: from what others assert about someone to a user of this cloud."""
