# SPDX-License-Identifier: Apache-2.0
"""Identity v2.0 for old clients: the default domain's users and projects, in the shapes of that time.

What an operation does is what v3's does; only bodies and answers look different.  Policies are v3's too.
"""
