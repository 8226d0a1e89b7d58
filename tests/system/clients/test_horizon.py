# SPDX-License-Identifier: Apache-2.0
"""Horizon itself, walked through as an admin and as a member: every page that is linked, and what pages' scripts ask."""
import dataclasses
import json

import pytest

from . import dashboard, replay
from .replay import Later, refused

pytestmark = [pytest.mark.system, pytest.mark.slow]
SYSTEM = 'Horizon'
WORKS = (
    'Horizon 27: every page that the navigation or a link of another page leads to, about 160 as an admin and 80 as a member, shows no '
    'error and no traceback: project, admin, identity and settings',
    'what the pages\' scripts ask of Horizon\'s own API: images, key pairs, flavors, server groups, users, quotas, ...',
    'launching an instance with the wizard\'s requests, and its pages',
)
LATER = (
    Later('the panels "Trunks", "Network QoS Policies" and "Floating IP port forwardings": Horizon hides them', 'GET',
          '/network/v2.0/trunks', 404, '12', asks='trunk'),
    Later('a member\'s page of a subnet of the external network (the real service shows it since 2024.2)', 'GET',
          '/network/v2.0/subnets/{external}', 404, '12', asks='subnet-external-network'),
)
# (view, part of the message): what a page shows in red or is refused, and why that is not ours.
HORIZONS_OWN = (
    # tenant_quota_get keeps `location` of what the SDK answered, and throws the quotas away.
    ('horizon:identity:projects:update_quotas', 'Unable to retrieve Neutron quota information'),
    # Its tabs are for admins, though every member has the link.
    ('horizon:identity:projects:detail', 'Error: Unauthorized'),
    # The form has no template in what Horizon ships.
    ('horizon:admin:rbac_policies:update', 'TemplateDoesNotExist'),
    # It shows what the form before it has made, and says nothing when there was none.
    ('horizon:identity:application_credentials:success', "KeyError: 'application_credential'"),
)
# One of each kind is visited: let it be the project's own, and not the external network.
FIRST = ('networks/{network}/detail', 'networks/subnets/{subnet}/detail', 'routers/{router}/', 'instances/{server}/',
         'volumes/{volume}/')
# What scripts ask when their page opens; {project}, {server}, ... are the ids of what _things made.
SCRIPTS = """
nova/features/instance_description/ nova/keypairs/ nova/availzones/
nova/limits/?reserved=true nova/servers/ nova/servers/{server} nova/servers/{server}/actions/ nova/servers/{server}/metadata
nova/servers/{server}/security-groups/ nova/servers/{server}/volumes/ nova/servergroups/ nova/flavors/?get_extras=true
nova/flavors/{flavor}/?get_extras=true&get_access_list=true nova/flavors/{flavor}/extra-specs/ nova/quota-sets/editable/
glance/version/ glance/images/?limit=20&sort_dir=asc&sort_key=name glance/images/{image}/ glance/images/{image}/properties/
glance/metadefs/namespaces/?resource_type=OS::Nova::Server glance/metadefs/resourcetypes/
cinder/volumes/?status=available&bootable=1 cinder/volumes/{volume}/ cinder/volumes/{volume}/metadata cinder/volumetypes/
cinder/volumetypes/default/ cinder/volumesnapshots/ cinder/volumesnapshots/{snapshot}/metadata cinder/extensions/
cinder/tenantabsolutelimits/ cinder/availzones/
neutron/networks/ neutron/subnets/?network_id={network} neutron/ports/?network_id={network} neutron/extensions/
network/securitygroups/ network/floatingips/ network/floatingippools/
keystone/version/ keystone/user-session/ keystone/svc-catalog/ keystone/default_domain/ settings/ timezones/
""".split()
ADMIN_SCRIPTS = """
nova/aggregates/{aggregate}/extra-specs/ nova/quota-sets/defaults/ nova/services/ cinder/qosspecs/ cinder/quota-sets/defaults/
cinder/volumetypes/{type}/metadata neutron/agents/ keystone/users/ keystone/users/current
keystone/roles/ keystone/domains/ keystone/projects/ keystone/services/ keystone/groups/
""".split()


@pytest.fixture(scope='module')
def walks(fake_cloud, ground):
    """(pages as an admin, pages as a member)."""
    dashboard.environment()
    return walked(fake_cloud, ground)


def walked(cloud, ground):
    """Both walks, through one project with one of everything in it; the member launches another instance first."""
    with replay.tenant(cloud) as name, dashboard.administrator(cloud, name) as admin, \
            dashboard.things(cloud, name, ground) as things:
        def requests(lines):
            return [['GET', '/api/' + line.format(**things), None] for line in lines]
        first = ['/project/' + path.format(**things) for path in FIRST]
        member = dashboard.walk(cloud, name, name, [
            ['POST', '/api/nova/servers/', _launch(things)], ['GET', '/api/nova/keypairs/horizon', None],
            *requests(SCRIPTS)], first)
        return dashboard.walk(cloud, admin, name, requests(SCRIPTS + ADMIN_SCRIPTS), first), member


def _launch(things):
    """What the wizard sends at its end."""
    return {'name': 'launched', 'source_id': things['image'], 'flavor_id': things['flavor'], 'key_name': 'horizon',
            'user_data': '#!/bin/sh', 'security_groups': [things['group']], 'availability_zone': 'nova', 'instance_count': 1,
            'nics': [{'net-id': things['network'], 'v4-fixed-ip': ''}], 'config_drive': True,
            'meta': {'made': 'by the wizard'}, 'description': 'launched', 'disk_config': 'AUTO',
            'scheduler_hints': {'group': things['server_group']}}


@pytest.mark.parametrize('who', [0, 1], ids=['admin', 'member'])
def test_no_page_shows_an_error(walks, who):
    wrong = [page for page in walks[who] if _wrong(page) and not any(
        page['view'] == view and part in json.dumps([page['errors'], page.get('trace')]) for view, part in HORIZONS_OWN)]
    assert wrong == [], json.dumps(wrong, indent=1)


def _wrong(page):
    return not page['path'].startswith('/api/') and (page['status'] >= 400 or page['errors'] or 'trace' in page)


@pytest.mark.parametrize('who, least', [(0, 140), (1, 70)], ids=['admin', 'member'])
def test_the_walk_is_long(walks, who, least):
    """That there are no errors means nothing where nothing was seen."""
    pages = [page for page in walks[who] if page['status'] == 200 and not page['path'].startswith('/api/')]
    assert len(pages) >= least, sorted(page['view'] for page in pages)
    for part in ('instances:detail', 'volumes:detail', 'routers:detail', 'networks:detail', 'security_groups:detail'):
        assert any(part in page['view'] for page in pages), part


@pytest.mark.parametrize('who', [0, 1], ids=['admin', 'member'])
def test_what_scripts_ask(walks, who):
    wrong = [(page['path'], page['status'], page['body'][:300]) for page in walks[who]
             if page['path'].startswith('/api/') and page['status'] not in (200, 201, 204)]
    assert wrong == []


def test_no_service_fails_behind_a_page(walks):
    assert [(page['view'], answer) for pages in walks for page in pages for answer in page['refused'] if answer[2] >= 500] == []


@pytest.mark.parametrize('row', LATER, ids=str)
def test_later(program, row, ground):
    api = program()
    assert row.asks not in {item['alias'] for item in api.get('/network/v2.0/extensions')['extensions']}
    external = api.get('/network/v2.0/networks/' + ground.public)['network']['subnets'][0]
    refused(api, dataclasses.replace(row, path=row.path.replace('{external}', external)))


def test_the_wizard_launched_an_instance(walks):
    page, = (page for page in walks[1] if page['path'] == '/api/nova/servers/' and page['status'] == 201)
    assert json.loads(page['body'])['name'] == 'launched'
