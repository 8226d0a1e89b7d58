# SPDX-License-Identifier: Apache-2.0
"""The documents that `praline describe` prints are valid OpenAPI 3.1 and say all that the operations declare."""
import json
import re

import jsonschema_rs
import pytest
from schemathesis.specs.openapi import definitions

from praline_common import service as services
from praline_common.api import openapi


@pytest.fixture(params=sorted(services.installed()))
def document(request, process):
    runtime = process.runtime(request.param)
    found = openapi.document(request.param, runtime.service.room('api.root:api')(runtime))
    return json.loads(json.dumps(found))


def described(document):
    for path, entry in document['paths'].items():
        for method, found in entry.items():
            if method != 'parameters':
                yield path, method, found


def test_it_is_valid(document):
    definitions.OPENAPI_31_VALIDATOR.validate(document)
    ids = [found['operationId'] for _, _, found in described(document)]
    assert len(ids) == len(set(ids)) and all(found['x-policy'] for _, _, found in described(document))
    shapes = [re.sub('{[^}]*}', '{}', path) for path in document['paths']]
    assert len(shapes) == len(set(shapes))


def test_its_schemas_are_valid(document):
    for _, _, found in described(document):
        parts = [*found['parameters'], *found.get('requestBody', {}).get('content', {}).values()]
        for schema in (part['schema'] for part in parts if 'schema' in part):
            jsonschema_rs.Draft202012Validator(schema)


def test_each_operation_says_its_parameters_and_answers(document):
    for path, method, found in described(document):
        where = '%s %s' % (method, path)
        inside = [part['name'] for part in found['parameters'] if part['in'] == 'path']
        assert inside == re.findall('{([^}]*)}', path), where
        assert min(found['responses']) < '400' and 'default' in found['responses'], where
        if found.get('security') != []:
            assert {'401', '403'} <= set(found['responses']), where
        assert '404' in found['responses'] or not inside, where
