# SPDX-License-Identifier: Apache-2.0
"""Users and groups in an LDAP directory; imported only where a domain has one, for the library is large."""
