# SPDX-License-Identifier: Apache-2.0
"""The domains that mappings name."""
from praline_identity import errors
from praline_identity.db import projects


def domain_id(conn, named):
    """The id of the domain that {'id'} or {'name'} names; NotFound when there is none."""
    found = projects.with_domain(conn, named['id']) if named.get('id') else projects.domain_by_name(
        conn, named.get('name'))
    if found is None or not found['is_domain']:
        raise errors.NotFound('Could not find domain: %s.' % (named.get('id') or named.get('name')))
    return found['id']
