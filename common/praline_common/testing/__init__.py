# SPDX-License-Identifier: Apache-2.0
"""What tests of every service share: a cloud in the test's own process, and a small client."""
