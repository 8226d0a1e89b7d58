# SPDX-License-Identifier: Apache-2.0
"""GET /allocation_candidates: where a request could go."""
import itertools
import re

import orjson

from praline_common import errors, policy, shortcuts
from praline_common.api.rest import Controller, Since, operation
from praline_scheduler import mirror
from praline_scheduler.api import filters
from praline_scheduler.api.answers import fresh
from praline_scheduler.api.names import MANY, TEXT
from praline_scheduler.candidates.forest import Forest
from praline_scheduler.candidates.groups import Group, Search
from praline_scheduler.candidates.search import find

_LIMIT = {'type': 'string', 'pattern': '^[1-9][0-9]*$'}
_WORDS = ('resources', 'required', 'member_of', 'in_tree')
NUMBERED, NAMED, ANY_NUMBER = '[1-9][0-9]*', '[a-zA-Z0-9_-]{1,64}', (1, 33)


def _flat(**more):
    return {'type': 'object', 'properties': {'resources': TEXT, **more}, 'required': ['resources'],
            'additionalProperties': False}


def _grouped(words, suffix, **more):
    return {'type': 'object', 'additionalProperties': False,
            'properties': {'limit': _LIMIT, 'group_policy': {'type': 'string', 'enum': ['none', 'isolate']}, **more},
            'patternProperties': {'^%s(%s)?$' % (word, suffix): MANY for word in words}}


QUERY = Since(
    v1_10=_flat(), v1_16=_flat(limit=_LIMIT), v1_17=_flat(limit=_LIMIT, required=MANY),
    v1_21=_flat(limit=_LIMIT, required=MANY, member_of=MANY), v1_25=_grouped(_WORDS[:3], NUMBERED),
    v1_31=_grouped(_WORDS, NUMBERED), v1_33=_grouped(_WORDS, NAMED), v1_35=_grouped(_WORDS, NAMED, root_required=MANY),
    v1_36=_grouped(_WORDS, NAMED, root_required=MANY, same_subtree=MANY))
AS_DICT, TRAITS, ALL_CLASSES, TREES, MAPPINGS, SUBTREES = (1, 12), (1, 17), (1, 27), (1, 29), (1, 34), (1, 36)


class AllocationCandidates(Controller):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.mirror, self.options = mirror.of(runtime), runtime.options
        self._forest = Forest({})

    @operation('placement:allocation_candidates:list', policy=policy.SERVICE, since='1.10', query=QUERY)
    def get_all(self, req):
        with self.db.read() as conn:
            forest = self._grown(self.mirror.refresh(conn))
            search = read(req, forest.providers)
            groups = search.groups.values()
            filters.require_known(
                conn, {name for group in groups for name in group.resources},
                set().union(search.root_required, search.root_forbidden, *(group.forbidden for group in groups),
                            *(names for group in groups for names in group.required)))
        limit = int(req.GET.get('limit') or self.options.max_candidates)
        found = list(itertools.islice(find(search, forest), limit))
        return fresh(req, {'allocation_requests': [_request(req, item) for item in found],
                           'provider_summaries': _summaries(req, search, forest, found)})

    def _grown(self, providers):
        """The trees of these providers, made once for each state of the mirror."""
        if self._forest.providers is not providers:
            self._forest = Forest(providers)
        return self._forest


def read(req, providers):
    """The Search that the query describes.  BadRequest."""
    groups = _groups(req, providers)
    search = Search(groups, nested=req.version >= TREES)
    together = [group for group in groups.values() if group.together]
    search.isolate = req.GET.get('group_policy') == 'isolate'
    if len(together) > 1 and 'group_policy' not in req.GET:
        raise errors.BadRequest('The "group_policy" parameter is required when specifying more than one '
                                '"resources{N}" parameter.')
    _read_root(req, search)
    for value in req.GET.getall('same_subtree'):
        suffixes = {part.strip() for part in value.split(',')}
        if '' in suffixes:
            raise _bad_value('Empty string (unsuffixed group) can not be specified in `same_subtree`')
        search.same_subtree.append(suffixes)
    (_check_subtrees if req.version >= SUBTREES else _check_orphans)(search)
    for suffix, group in groups.items():
        for names in filters.conflicting(group.required, group.forbidden):
            raise errors.BadRequest('Conflicting required and forbidden traits found in the following traits keys: '
                                    'required%s: (%s)' % (suffix, ', '.join(names)))
    return search


def _groups(req, providers):
    pattern = re.compile('^(%s)(%s)?$' % ('|'.join(_WORDS), NAMED if req.version >= ANY_NUMBER else NUMBERED))
    groups = {}
    for key, value in req.GET.items():
        match = pattern.match(key)
        if not match:
            continue
        word, suffix = match.group(1), match.group(2) or ''
        group = groups.setdefault(suffix, Group(bool(suffix)))
        if word == 'resources':
            group.resources = filters.resources(value)
        elif word == 'required':
            group.required, group.forbidden = filters.traits(req, key)
        elif word == 'member_of':
            group.member_of, group.forbidden_aggregates = filters.member_of(req, key)
        else:
            root = providers.get(filters.in_tree(value))
            group.tree = root.root_id if root else ''
    return groups


def _read_root(req, search):
    if len(req.GET.getall('root_required')) > 1:
        raise errors.BadRequest("Query parameter 'root_required' may be specified only once.",
                                code='placement.query.duplicate_key')
    if 'root_required' in req.GET:
        required, search.root_forbidden = filters.traits(req, 'root_required')
        if any(len(names) > 1 for names in required):
            raise errors.BadRequest("root_required does not take 'in:'")
        search.root_required = set().union(*required)
        both = sorted(search.root_required & search.root_forbidden)
        if both:
            raise _bad_value('Conflicting required and forbidden traits found in root_required: %s' % ', '.join(both))


def _bad_value(message):
    return errors.BadRequest(message, code='placement.query.bad_value')


def _check_subtrees(search):
    """Groups without resources must be named in same_subtree, and what is named there must be a group."""
    bare = [suffix for suffix, group in search.groups.items() if not group.resources]
    named = set().union(*search.same_subtree)
    if len(bare) == len(search.groups):
        raise errors.BadRequest('There must be at least one resources or resources[$S] parameter.',
                                code='placement.query.missing_value')
    bad = [suffix for suffix in bare if suffix not in named]
    if bad:
        raise _bad_value('Resourceless suffixed group request should be specified in `same_subtree` query param: bad '
                         'group(s) - %s.' % bad)
    bad = sorted(named - set(search.groups))
    if bad:
        raise _bad_value('Real suffixes should be specified in `same_subtree`: %s not found in %s.'
                         % (bad, list(search.groups)))


def _check_orphans(search):
    if not search.groups:
        raise errors.BadRequest('At least one request group (`resources` or `resources{$S}`) is required.')
    for suffix, group in search.groups.items():
        if not group.resources:
            what = ('All traits parameters must be associated with resources. Found the following orphaned traits '
                    'keys: required' if group.required else
                    'All member_of parameters must be associated with resources. Found the following orphaned '
                    'member_of keys: member_of' if group.member_of or group.forbidden_aggregates else
                    'All request groups must specify resources: resources')
            raise errors.BadRequest(what + suffix)


def _request(req, candidate):
    if req.version < AS_DICT:
        return {'allocations': [{'resource_provider': {'uuid': provider_id}, 'resources': resources}
                                for provider_id, resources in candidate.resources.items()]}
    shown = {'allocations': {provider_id: {'resources': resources}
                             for provider_id, resources in candidate.resources.items()}}
    if req.version >= MAPPINGS:
        shown['mappings'] = candidate.mappings
    return shown


def _summaries(req, search, forest, found):
    """{provider id: what it has}: of all providers in the candidates' trees, before 1.29 of those in them."""
    ids = dict.fromkeys(provider_id for item in found for provider_id in item.resources)
    if req.version >= TREES:
        roots = dict.fromkeys(forest.providers[provider_id].root_id for provider_id in ids)
        ids = [provider.id for root_id in roots for provider in forest.trees[root_id]]
    asked = None
    if req.version < ALL_CLASSES:
        asked = frozenset(name for group in search.groups.values() for name in group.resources)
    return {provider_id: _summary(req.version, forest.providers[provider_id], asked) for provider_id in ids}


def _summary(version, provider, asked):
    """One summary as JSON, made once for a state of the provider."""
    key = ('summary', version, asked)
    if key not in provider.rendered or shortcuts.avoided():
        shown = {'resources': {name: {'capacity': item.capacity, 'used': item.used}
                               for name, item in provider.inventories.items() if asked is None or name in asked}}
        if version >= TRAITS:
            shown['traits'] = provider.trait_list
        if version >= TREES:
            shown['parent_provider_uuid'], shown['root_provider_uuid'] = provider.parent_id, provider.root_id
        provider.rendered[key] = orjson.Fragment(orjson.dumps(shown))
    return provider.rendered[key]
