# SPDX-License-Identifier: Apache-2.0
"""How limits of domains and projects bind each other: the enforcement models of unified limits."""
import sqlalchemy as sa

from praline_common.db import engine
from praline_identity import errors
from praline_identity.db import effective
from praline_identity.db import limits
from praline_identity.db import models
from praline_identity.db import projects
from praline_identity.db import registered_limits

_P = models.projects


class Flat:
    """Limits stand alone."""

    name = 'flat'
    description = 'Limit enforcement and validation does not take project hierarchy into consideration.'
    # How deep projects may nest, the domain not counted; None: as deep as the service allows.
    depth = None

    def check(self, conn, wanted):
        """Nothing to refuse."""


class StrictTwoLevel:
    """No project may have more than its domain, and no domain less than one of its projects."""

    name = 'strict_two_level'
    description = 'This model requires project hierarchy never exceeds a depth of two'
    depth = 2

    def check(self, conn, wanted):
        """Forbidden unless all these limits, as they are to be, fit those above and below them.

        wanted: [{'project_id' | 'domain_id', 'service_id', 'region_id', 'resource_name', 'resource_limit'}].
        """
        for limit in wanted:
            fits = self._below(conn, limit, wanted) if limit.get('project_id') else self._above(conn, limit)
            if not fits:
                raise _refused(limit)

    def _below(self, conn, limit, wanted):
        """Whether a project's is no more than that of what is above it; one of this request goes before a stored one."""
        parent_id = projects.get(conn, limit['project_id'])['parent_id']
        given = [other for other in wanted if other.get('domain_id') == parent_id and _place(other) == _place(limit)]
        most = given[0]['resource_limit'] if given else self._of_domain(conn, parent_id, limit)
        return (not given and not most) or limit['resource_limit'] <= most

    @staticmethod
    def _of_domain(conn, domain_id, limit):
        """The domain's own, else the registered default; None when there is neither."""
        registered = registered_limits.find(conn, *_place(limit))
        if registered is None:
            return None
        own = limits.amounts(conn, registered['id'], models.limits.c.domain_id == domain_id)
        return own[0] if own else registered['default_limit']

    @staticmethod
    def _above(conn, limit):
        """Whether a domain's is no less than that of any project in it."""
        registered = registered_limits.find(conn, *_place(limit))
        if registered is None:
            return True
        inside = models.limits.c.project_id.in_(effective.below(conn, [limit['domain_id']]))
        return all(limit['resource_limit'] >= amount for amount in limits.amounts(conn, registered['id'], inside)
                   if amount)


MODELS = {model.name: model for model in (Flat, StrictTwoLevel)}


def of(options):
    """The model that the service is set to."""
    return MODELS[options.enforcement_model]()


def deepest(options):
    """How deep projects may nest, the domain not counted."""
    depth = of(options).depth
    return options.max_project_tree_depth if depth is None else min(depth, options.max_project_tree_depth)


def check_tree(db, options):
    """Conflict naming projects that are deeper than the model allows: the service must not start with them."""
    depth = of(options).depth
    if depth is None:
        return
    level = sa.select(_P.c.id).where(_P.c.is_domain.is_(True))
    for _ in range(depth + 1):
        level = sa.select(_P.c.id).where(_P.c.parent_id.in_(level))
    with db.read() as conn:
        deep = [row['id'] for row in engine.rows(conn, level.limit(10))]
    if deep:
        raise errors.Conflict('Identity cannot start: the model %s allows %d levels of projects, and these are deeper: '
                              '%s. Set another [identity] enforcement_model.'
                              % (of(options).name, depth, ', '.join(deep)))


def _place(limit):
    return limit['service_id'], limit.get('region_id'), limit['resource_name']


def _refused(limit):
    level = 'project_id' if limit.get('project_id') else 'domain_id'
    return errors.Forbidden(
        "Invalid resource limit: The resource limit (%s: %s, resource_name: %s, resource_limit: %s, service_id: %s, "
        "region_id: %s) doesn't satisfy current hierarchy model.." % (
            level, limit[level], limit['resource_name'], limit['resource_limit'], limit['service_id'],
            limit.get('region_id')))
