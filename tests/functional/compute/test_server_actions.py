# SPDX-License-Identifier: Apache-2.0
"""What servers can be asked to do, against the fake driver: states, refusals, and what is left behind."""
import pytest

from praline_common.objects import guest
from praline_common.testing.neighbours import IMAGE
from praline_compute import audit


@pytest.mark.parametrize('word, value, status, back, again', [
    ('os-stop', None, 'SHUTOFF', 'os-start', 'ACTIVE'),
    ('pause', None, 'PAUSED', 'unpause', 'ACTIVE'),
    ('suspend', None, 'SUSPENDED', 'resume', 'ACTIVE'),
])
def test_goes_there_and_back(compute, boot, word, value, status, back, again):
    server = boot()
    compute.act(server['id'], word, value)
    compute.wait(server['id'], status)
    compute.act(server['id'], back)
    compute.wait(server['id'], again)


@pytest.mark.parametrize('kind', ['SOFT', 'HARD'])
def test_reboot(compute, boot, kind):
    server = boot()
    compute.act(server['id'], 'reboot', {'type': kind})
    compute.wait(server['id'], 'ACTIVE')


def test_refuses_what_the_state_does_not_allow(compute, boot):
    server = boot()
    answer = compute.act(server['id'], 'os-start', expect=409)
    assert answer['conflictingRequest']['message'] == (
        "Cannot 'start' instance %s while it is in vm_state active" % server['id'])


def test_resize_and_confirm(compute, admin, boot, cloud):
    admin.post('/v2.1/flavors', {'flavor': {'name': 'big', 'id': '2', 'ram': 128, 'vcpus': 2, 'disk': 2}}, expect=200)
    server = boot()
    compute.act(server['id'], 'resize', {'flavorRef': '2'})
    resized = compute.wait(server['id'], 'VERIFY_RESIZE')
    assert resized['flavor']['id'] == '2'
    compute.act(server['id'], 'confirmResize', expect=204)
    compute.wait(server['id'], 'ACTIVE')
    assert used(cloud)['VCPU'] == 2


def test_resize_and_revert(compute, admin, boot, cloud):
    admin.post('/v2.1/flavors', {'flavor': {'name': 'big', 'id': '2', 'ram': 128, 'vcpus': 2, 'disk': 2}}, expect=200)
    server = boot()
    compute.act(server['id'], 'resize', {'flavorRef': '2'})
    compute.wait(server['id'], 'VERIFY_RESIZE')
    compute.act(server['id'], 'revertResize')
    assert compute.wait(server['id'], 'ACTIVE')['flavor']['id'] == '1'
    assert used(cloud)['VCPU'] == 1


def test_rebuild_keeps_the_address(compute, boot):
    server = boot()
    answer = compute.act(server['id'], 'rebuild', {'imageRef': IMAGE, 'name': 'again', 'metadata': {'a': 'b'}})
    assert answer['server']['adminPass']
    rebuilt = compute.wait(server['id'], 'ACTIVE')
    assert (rebuilt['name'], rebuilt['metadata'], rebuilt['addresses']) == ('again', {'a': 'b'}, server['addresses'])


def test_rescue_and_back(compute, boot):
    server = boot()
    assert compute.act(server['id'], 'rescue', {'adminPass': 'secret'}, expect=200) == {'adminPass': 'secret'}
    compute.wait(server['id'], 'RESCUE')
    compute.act(server['id'], 'unrescue')
    compute.wait(server['id'], 'ACTIVE')


def test_locked_against_its_owner_but_not_an_admin(compute, admin, boot):
    server = boot()
    admin.act(server['id'], 'lock')
    compute.act(server['id'], 'os-stop', expect=409)
    compute.act(server['id'], 'unlock', expect=403)
    admin.act(server['id'], 'os-stop')
    admin.wait(server['id'], 'SHUTOFF')
    admin.act(server['id'], 'unlock')
    compute.act(server['id'], 'os-start')
    compute.wait(server['id'], 'ACTIVE')


def test_reset_state_is_for_admins(compute, admin, boot):
    server = boot()
    compute.act(server['id'], 'os-resetState', {'state': 'error'}, expect=403)
    admin.act(server['id'], 'os-resetState', {'state': 'error'})
    assert compute.show(server['id'])['status'] == 'ERROR'


def test_console_output(compute, boot):
    server = boot()
    output = compute.act(server['id'], 'os-getConsoleOutput', {'length': 2}, expect=200)['output']
    assert output == 'fake: READY\n'


def test_unknown_action(compute, boot):
    compute.act(boot()['id'], 'fly', expect=400)


def used(cloud):
    """{class: used} over all hosts."""
    total = {}
    for usages in cloud.runtime('compute').contracts.scheduler.host_usages(None).values():
        for name, usage in usages.items():
            total[name] = total.get(name, 0) + usage['used']
    return total


def test_migrate_to_another_host_and_back(compute, admin, boot, cloud):
    server = boot()
    before = admin.show(server['id'])['OS-EXT-SRV-ATTR:host']
    admin.act(server['id'], 'migrate')
    moved = admin.wait(server['id'], 'VERIFY_RESIZE')
    assert moved['OS-EXT-SRV-ATTR:host'] != before
    compute.act(server['id'], 'revertResize')
    assert admin.wait(server['id'], 'ACTIVE')['OS-EXT-SRV-ATTR:host'] == before
    assert used(cloud)['VCPU'] == 1


def test_migrate_and_confirm(compute, admin, boot, cloud):
    server = boot()
    admin.act(server['id'], 'migrate')
    admin.wait(server['id'], 'VERIFY_RESIZE')
    compute.act(server['id'], 'confirmResize', expect=204)
    compute.wait(server['id'], 'ACTIVE')
    assert used(cloud)['VCPU'] == 1
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_what_its_old_host_says_of_a_server_that_moved(compute, admin, boot, cloud):
    """The guest there is off until the move is confirmed."""
    server = boot()
    before = admin.show(server['id'])['OS-EXT-SRV-ATTR:host']
    admin.act(server['id'], 'migrate')
    now = admin.wait(server['id'], 'VERIFY_RESIZE')['OS-EXT-SRV-ATTR:host']
    compute.act(server['id'], 'confirmResize', expect=204)
    compute.wait(server['id'], 'ACTIVE')
    off = {server['id']: guest.GuestState(power_state=guest.SHUTDOWN, cause=None)}
    contract = cloud.runtime('compute').contracts.compute
    contract.report_power(None, before, off)
    assert admin.show(server['id'])['status'] == 'ACTIVE'
    contract.report_power(None, now, off)
    assert admin.show(server['id'])['status'] == 'SHUTOFF'


def test_live_migrate(admin, boot, cloud):
    server = boot()
    before = admin.show(server['id'])['OS-EXT-SRV-ATTR:host']
    admin.act(server['id'], 'os-migrateLive', {'block_migration': False, 'disk_over_commit': False, 'host': None})
    assert admin.wait(server['id'], 'ACTIVE')['OS-EXT-SRV-ATTR:host'] != before
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_shelve_and_unshelve(compute, boot, cloud):
    server = boot()
    compute.act(server['id'], 'shelve')
    compute.wait(server['id'], 'SHELVED_OFFLOADED')
    assert used(cloud)['VCPU'] == 0
    compute.act(server['id'], 'unshelve')
    back = compute.wait(server['id'], 'ACTIVE')
    assert (back['addresses'], used(cloud)['VCPU']) == (server['addresses'], 1)


def test_delete_in_verify_resize_leaves_nothing(compute, admin, boot, cloud):
    server = boot()
    admin.act(server['id'], 'migrate')
    admin.wait(server['id'], 'VERIFY_RESIZE')
    compute.delete('/v2.1/servers/' + server['id'], expect=204)
    compute.wait_gone(server['id'])
    assert used(cloud)['VCPU'] == 0
    assert audit.audit(cloud.runtime('compute'), repair=False) == []


def test_create_image_is_filled(compute, boot, neighbours):
    server = boot()
    compute.act(server['id'], 'createImage', {'name': 'picture', 'metadata': {'a': 'b'}})
    compute.wait(server['id'], 'ACTIVE')
    made = [image for image in neighbours.image.images.values() if image['name'] == 'picture']
    assert [(image['status'], image['properties']['a']) for image in made] == [('active', 'b')]
