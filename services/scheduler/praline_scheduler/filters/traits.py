# SPDX-License-Identifier: Apache-2.0
"""Hosts that can what is asked and are not what is forbidden."""


class Traits:

    def keep(self, request, hosts):
        required, forbidden = request.required_traits, request.forbidden_traits
        if not required and not forbidden:
            return hosts, []
        kept, reasons = hosts, []
        for trait in sorted(required):
            before = len(kept)
            kept = [item for item in kept if trait in item.traits]
            if len(kept) < before:
                reasons.append('%d without trait %s' % (before - len(kept), trait))
        for trait in sorted(forbidden):
            before = len(kept)
            kept = [item for item in kept if trait not in item.traits]
            if len(kept) < before:
                reasons.append('%d with forbidden trait %s' % (before - len(kept), trait))
        return kept, reasons
