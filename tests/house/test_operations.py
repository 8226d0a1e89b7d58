# SPDX-License-Identifier: Apache-2.0
"""Every operation has a policy and, where it takes a body, a schema; models equal migrations."""
import json
import pathlib

import pytest

from praline_common.api import operator
from praline_common.api import rest
from praline_common.db import engine
from praline_common.db import migrate
from praline_common import service as services

# What carries nothing by its nature, and what compute only answers to say that it is gone.
BODILESS = {'Deactivate.post', 'Tags.post_one', 'os-cells.post_one', 'Networks.post_one', 'Reactivate.post', 'Audit.post', *('%s.post' % name for name in (
    'os-agents', 'BaremetalNodes', 'os-cells', 'os-certificates', 'os-cloudpipe', 'os-fixed-ips', 'os-floating-ips-bulk',
    'Networks', 'os-security-group-default-rules', 'TenantNetworks', 'os-consoles'))}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def routes(process, name):
    runtime = process.runtime(name)
    if runtime.db is not None:
        migrate.create(runtime.db, runtime.service)
    return (*runtime.service.room('api.root:api')(runtime).routes, *operator.ROUTES)


@pytest.mark.parametrize('name', sorted(services.installed()))
def test_every_operation_has_policy_and_schema(process, name):
    bad = []
    for template, controller in routes(process, name):
        for method, declared in _operations(controller):
            where = '%s %s.%s' % (template, controller.__name__, method)
            if not declared.policy:
                bad.append(where + ' has no policy')
            if 'post' in method and not _has_body(declared) and '%s.%s' % (controller.__name__, method) not in BODILESS:
                bad.append(where + ' takes a body and has no schema')
            for schema in rest.declared_schemas(declared):
                if not isinstance(schema, dict):
                    bad.append(where + ' has a schema that is not one')
    assert not bad, '\n' + '\n'.join(bad)


def _has_body(declared):
    return declared.body is not None or declared.raw or declared.action is not None


def _operations(controller):
    for name in dir(controller):
        declared = getattr(getattr(controller, name), 'operation', None)
        if declared is not None:
            yield name, declared


def test_policy_file_names_only_rules_that_exist(process):
    known = {declared.name for name in process.services for _, controller in routes(process, name)
             for _, declared in _operations(controller)}
    unknown = set(json.loads((ROOT / 'policy.json').read_text())) - known
    assert not unknown


@pytest.mark.parametrize('name', sorted(services.installed()))
def test_models_equal_migrations(name, tmp_path):
    service = services.installed()[name]
    if service.metadata is None:
        pytest.skip('%s keeps no rows' % name)
    db = engine.Database('sqlite:///%s' % (tmp_path / 'db.sqlite'))
    migrate.upgrade(db, service)
    assert migrate.differences(db, service) == []
    db.close()
