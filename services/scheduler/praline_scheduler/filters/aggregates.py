# SPDX-License-Identifier: Apache-2.0
"""Hosts whose aggregates carry the metadata that the flavor asks for."""


class AggregateMetadata:
    """Each key must have the asked value in some aggregate of the host; commas separate alternatives there."""

    def keep(self, request, hosts):
        wanted = request.aggregate_metadata
        if not wanted:
            return hosts, []
        kept = [item for item in hosts if all(_has(item.host, key, value) for key, value in wanted.items())]
        left = len(hosts) - len(kept)
        said = ', '.join('%s=%s' % pair for pair in sorted(wanted.items()))
        return kept, ['%d in no aggregate with %s' % (left, said)] if left else []


def _has(host, key, value):
    return any(str(value) in [part.strip() for part in str(metadata[key]).split(',')]
               for metadata in host.metadata if key in metadata)
