# SPDX-License-Identifier: Apache-2.0
"""Requests without end from a service's OpenAPI document: schemathesis' cases, each varied many times.

Making one case from a schema costs schemathesis 20 to 100 ms, asking it 1 ms.  So a pool of cases is made, some an
operation, and each request is one of them with other ids, values, keys, queries and tokens.
"""
import json
import random
import re
from urllib.parse import quote, unquote, urlencode

from hypothesis import HealthCheck, Phase, given, seed, settings
import schemathesis
from schemathesis import GenerationMode

ODD = (None, '', ' ', 'x' * 300, -1, 0, 2 ** 63, 1.5, 1e300, True, [], {}, [None], {'id': None}, '\x00', '\U0001f36c',
       '../..', "' or 1=1 --", '%s', '2026-13-01', 'null', '0' * 32, '::1/200')
_QUERIES = ('limit', 'marker', 'sort_key', 'sort_dir', 'name', 'id', 'status', 'fields', 'all_tenants', 'sort', 'offset',
            'enabled', 'domain_id', 'project_id', 'name__contains', 'created_at', 'changes-since', 'tags', 'member_of')


class Cases:
    """pool: [(method, path template, {path name: value}, query, body)]; ids: {plural: ids seen in answers}.

    random: what every choice is drawn from, so a run is repeated by its seed (answers of the clock apart).
    """

    def __init__(self, document, number, sown):
        self.random = random.Random(sown)
        self.document, self.ids, self.kept = document, {}, set()
        found = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
        wanted = self.random.sample(found, min(len(found), max(40, number // 20)))
        each = max(1, min(10, number // (8 * len(wanted))))
        self.pool = [case for operation in wanted for case in self._cases(operation, each, sown)]

    @staticmethod
    def _cases(operation, number, sown):
        made = []
        modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE] if operation.body else [GenerationMode.POSITIVE]
        for mode in modes:
            @seed(sown)
            @settings(max_examples=number, database=None, deadline=None, phases=[Phase.generate],
                      suppress_health_check=list(HealthCheck))
            @given(operation.as_strategy(generation_mode=mode))
            def take(case):
                body = None if isinstance(case.body, schemathesis.core.NotSet) else case.body
                made.append((case.method.upper(), operation.path, dict(case.path_parameters or {}),
                             dict(case.query or {}), body, case.media_type or 'application/json'))
            try:
                take()
            except Exception as error:   # nothing can be made that breaks such a schema
                if mode is GenerationMode.POSITIVE:
                    raise error
        return made

    def keep(self, ids):
        """Ids that no request names from now on: the run itself stands on them."""
        self.kept |= set(ids)

    def request(self):
        """(method, path template, URL, body bytes or None, media type)."""
        method, template, given_ids, query, body, media = self.random.choice(self.pool)
        path = '/'.join(self._segment(part, before, given_ids)
                        for part, before in zip(template.split('/'), [None, *template.split('/')]))
        if self.random.random() < 0.2:
            query = {**query, self.random.choice(_QUERIES): self.random.choice(ODD)}
        if body is not None and not isinstance(body, bytes):
            body = self._varied(body)
            data = _encoded(body)
        else:
            data = body
        url = path + ('?' + urlencode(query, doseq=True, errors='replace') if query else '')
        return method, template, url, data, media

    def _segment(self, part, before, given_ids):
        if not part.startswith('{'):
            return part
        some = self._known(before)
        if some and self.random.random() < 0.8:
            return some
        return quote(unquote(str(given_ids.get(part.strip('{}')) or 'x')), safe='', errors='replace')

    def _known(self, plural):
        known = [one for one in self.ids.get(plural, ()) if one not in self.kept]
        return self.random.choice(known) if known else None

    def _varied(self, body):
        body = json.loads(json.dumps(body, default=str))
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            body = self._odd(body)
        return self._seasoned(body)

    def _odd(self, part):
        """The same with one value somewhere replaced or left out."""
        if isinstance(part, dict) and part:
            key = self.random.choice(sorted(part))
            if self.random.random() < 0.3:
                return {name: value for name, value in part.items() if name != key}
            return {**part, key: self._odd(part[key])}
        if isinstance(part, list) and part:
            return [self._odd(part[0]), *part[1:]]
        return self.random.choice(ODD)

    def _seasoned(self, part):
        """Where a key names an id, mostly one that exists."""
        if isinstance(part, list):
            return [self._seasoned(value) for value in part]
        if not isinstance(part, dict):
            return part
        seasoned = {}
        for key, value in part.items():
            kind = re.sub('(_id|_ids|_uuid|_uuids|Ref|Id)$', '', key)
            some = self._known(kind + 's') if isinstance(value, str) and self.random.random() < 0.7 else None
            seasoned[key] = some or self._seasoned(value)
        return seasoned

    def learn(self, template, answer):
        """Remember the ids in an answer under the plural word of its path and under its own keys."""
        words = [word for word in template.split('/') if word and not word.startswith('{')]
        for key, value in answer.items():
            rows = value if isinstance(value, list) else [value]
            for row in rows[:20]:
                some = row.get('id') if isinstance(row, dict) else None
                if isinstance(some, str) and re.fullmatch('[A-Za-z0-9_.-]+', some):
                    for plural in {words[-1] if words else '', key, key + 's'}:
                        known = self.ids.setdefault(plural, [])
                        if some not in known:
                            known.append(some)
                            del known[:-30]


def _encoded(body):
    return json.dumps(body).encode('utf-8', 'surrogatepass')
