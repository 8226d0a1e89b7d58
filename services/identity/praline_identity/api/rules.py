# SPDX-License-Identifier: Apache-2.0
"""The check strings that many operations share: keystone's defaults, in the kit's words.

A target names what the request is about with dotted keys, as keystone's policy files do.
"""
ADMIN = 'role:admin'
ANYONE = '@'
SYSTEM_READER = '(role:reader and system_scope:all)'
ADMIN_OR_SYSTEM_READER = 'role:admin or ' + SYSTEM_READER
OWNER = 'user_id:%(target.user.id)s'
ADMIN_OR_OWNER = 'role:admin or ' + OWNER
ADMIN_OR_SYSTEM_READER_OR_OWNER = ADMIN_OR_SYSTEM_READER + ' or ' + OWNER


def of_domain(role, path):
    """This role in the domain that the target names at `path`."""
    return '(role:%s and domain_id:%%(%s)s)' % (role, path)
