# SPDX-License-Identifier: Apache-2.0
"""Many at once, and what a page costs."""
import concurrent.futures

import pytest
import sqlalchemy as sa



@pytest.fixture
def statements(cloud):
    """Every statement from now on."""
    seen, engines = [], cloud.runtime('network').db.engines

    def note(conn, cursor, statement, *rest):
        seen.append(statement)
    for engine in engines:
        sa.event.listen(engine, 'before_cursor_execute', note)
    yield seen
    for engine in engines:
        sa.event.remove(engine, 'before_cursor_execute', note)


def test_addresses_at_the_same_time(member):
    network, _ = member.network('10.7.0.0/24', enable_dhcp=False)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: member.create('ports', network_id=network['id']), range(60)))
    assert len({port['fixed_ips'][0]['ip_address'] for port in made}) == 60
    assert len({port['mac_address'] for port in made}) == 60


def test_default_groups_at_the_same_time(member):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda _: member.list('security-groups', 'name=default'), range(16)))
    assert {len(groups) for groups in lists} == {1}


@pytest.mark.parametrize('plural', ['networks', 'subnets', 'ports', 'routers', 'floatingips', 'security-groups',
                                    'security-group-rules'])
def test_a_page_costs_the_same_for_few_and_many(member, statements, plural):
    network, _ = member.network('10.7.0.0/24', enable_dhcp=False)
    member.list('security-groups')
    costs = []
    for count in (1, 9):
        for _ in range(count):
            member.create('ports', network_id=network['id'])
            member.create('networks')
            group = member.create('security-groups', name='g')
            member.create('security-group-rules', security_group_id=group['id'], direction='ingress')
        statements.clear()
        member.list(plural, 'project_id=%s' % member.project)
        costs.append(len(statements))
    assert costs[0] == costs[1] and costs[0] <= 6, statements
