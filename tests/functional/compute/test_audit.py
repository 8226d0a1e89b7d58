# SPDX-License-Identifier: Apache-2.0
"""The audit finds what differs, and mends it when asked."""
from praline_compute import audit


def test_nothing_to_find(cloud, boot):
    boot()
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_a_guest_without_a_server_goes(cloud, compute, boot):
    server = boot()
    runtime = cloud.runtime('compute')
    with runtime.db.write() as conn:
        conn.exec_driver_sql("update servers set deleted = 1")
    found = audit.audit(runtime, repair=True)
    assert {(item['kind'], item['id'], item['repaired']) for item in found} == {
        ('guest', server['id'], True), ('claim', server['id'], True)}
    assert audit.audit(runtime, repair=False) == []


def test_a_server_whose_guest_vanished_is_in_error(cloud, admin, boot):
    server = admin.at('2.1').show(boot()['id'])
    runtime = cloud.runtime('compute')
    runtime.agents.call(None, 'destroy_guest', server='localhost', host=server['OS-EXT-SRV-ATTR:host'],
                        uuid=server['id'])
    found = audit.audit(runtime, repair=True)
    assert [(item['kind'], item['repaired']) for item in found] == [('server', True)]
    assert admin.show(server['id'])['fault']['message'].startswith('Its guest is no longer on')
