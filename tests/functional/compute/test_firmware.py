# SPDX-License-Identifier: Apache-2.0
"""What starts a guest is as its image says, or refused."""
import pytest

from praline_common.testing.neighbours import IMAGE


@pytest.fixture(params=['image', 'volume'])
def boot_with(request, boot, neighbours):
    """boot_with(properties) boots from an image, or a volume, that has them."""
    def make(properties, **fields):
        if request.param == 'image':
            neighbours.image.images[IMAGE]['properties'] = properties
            return boot(**fields)
        volume = neighbours.volume.add(image_metadata=properties)
        return boot(imageRef='', block_device_mapping_v2=[
            {'boot_index': 0, 'uuid': volume['id'], 'source_type': 'volume', 'destination_type': 'volume'}], **fields)
    return make


def test_what_a_host_can_is_done(boot_with):
    assert boot_with({'hw_firmware_type': 'uefi', 'os_secure_boot': 'optional'})['status'] == 'ACTIVE'
    assert boot_with({'hw_firmware_type': 'bios'}, name='two')['status'] == 'ACTIVE'


@pytest.mark.parametrize('properties', [{'os_secure_boot': 'required'}, {'hw_tpm_version': '2.0'}])
def test_what_no_host_can_finds_none(boot_with, properties):
    failed = boot_with(properties, wait='ERROR')
    assert 'No valid host' in failed['fault']['message'] and 'COMPUTE_SECURITY' in failed['fault']['message']


def test_a_flavor_may_ask_too(admin, boot):
    admin.post('/v2.1/flavors/1/os-extra_specs', {'extra_specs': {'os:secure_boot': 'required'}}, expect=200)
    assert 'No valid host' in boot(wait='ERROR')['fault']['message']


@pytest.mark.parametrize('name', ['hw_firmware_type', 'os_secure_boot', 'hw_tpm_version'])
def test_a_word_that_means_nothing_is_refused(compute, boot, neighbours, name):
    neighbours.image.images[IMAGE]['properties'] = {name: 'colour'}
    with pytest.raises(AssertionError, match='400.*%s' % name):
        boot()


def test_a_rebuild_is_refused_before_anything_is_lost(compute, boot, neighbours):
    server = boot()
    neighbours.image.images[IMAGE]['properties'] = {'os_secure_boot': 'required'}
    answer = compute.act(server['id'], 'rebuild', {'imageRef': IMAGE}, expect=400)
    assert 'No valid host' in answer['badRequest']['message']
