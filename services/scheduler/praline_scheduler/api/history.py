# SPDX-License-Identifier: Apache-2.0
"""The microversions of the placement API, a line each."""
from praline_common.api.microversion import History

# 1.1  aggregates of a provider             1.20 a created provider is shown
# 1.2  resource classes                     1.21 member_of for candidates
# 1.3  member_of for providers              1.22 forbidden traits
# 1.4  resources for providers              1.23 codes in errors
# 1.5  delete all inventories               1.24 several member_of
# 1.6  traits                               1.25 numbered groups of a request
# 1.7  PUT of a resource class              1.26 reserved may equal total
# 1.8  project and user of a consumer       1.27 all classes in provider summaries
# 1.9  usages of a project                  1.28 generations of consumers
# 1.10 allocation candidates                1.29 candidates from trees
# 1.11 link to a provider's allocations     1.30 reshaper
# 1.12 allocations as a dict                1.31 in_tree for candidates
# 1.13 allocations of many consumers        1.32 forbidden aggregates
# 1.14 trees of providers                   1.33 named groups of a request
# 1.15 Last-Modified                        1.34 mappings in candidates
# 1.16 limit for candidates                 1.35 root_required
# 1.17 required traits for candidates       1.36 same_subtree
# 1.18 required traits for providers        1.37 providers may change their parent
# 1.19 generation with aggregates           1.38 types of consumers
#                                           1.39 any of several traits
HISTORY = History('placement', '1.0', '1.39')
