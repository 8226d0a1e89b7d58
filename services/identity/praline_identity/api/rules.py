# SPDX-License-Identifier: Apache-2.0
"""The check strings that many operations share: keystone's defaults, in the kit's words.

A target names what the request is about with dotted keys, as keystone's policy files do.  By themselves these are
refused to the token of a domain, which is about nothing but that domain; joined with a rule for domains they are not.
"""
from praline_common.policy import Scoped


def not_of_domains(check):
    return Scoped(check, 'system', 'project')


def of_projects(check):
    return Scoped(check, 'project')


def of_domain(role, path):
    """This role in the domain that the target names at `path`."""
    return '(role:%s and domain_id:%%(%s)s)' % (role, path)


ADMIN = not_of_domains('role:admin')
ADMIN_OR_SERVICE = not_of_domains('role:admin or role:service')
ANYONE = '@'
SYSTEM_ADMIN = '(role:admin and system_scope:all)'
SYSTEM_READER = '(role:reader and system_scope:all)'
ADMIN_OR_SYSTEM_READER = not_of_domains('role:admin or ' + SYSTEM_READER)
OWNER = 'user_id:%(target.user.id)s'
ADMIN_OR_OWNER = not_of_domains('role:admin or ' + OWNER)
ADMIN_OR_SYSTEM_READER_OR_OWNER = not_of_domains(ADMIN_OR_SYSTEM_READER + ' or ' + OWNER)
