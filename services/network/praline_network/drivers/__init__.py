# SPDX-License-Identifier: Apache-2.0
"""What puts networks on a host: one contract, a fake and a real one."""
