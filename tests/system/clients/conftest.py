# SPDX-License-Identifier: Apache-2.0
"""What every program needs: an image, a flavor and a network that are there for the length of these tests."""
import dataclasses

import pytest

from . import replay


@dataclasses.dataclass(frozen=True)
class Ground:
    """Ids: an active image, a flavor, the external network and its name."""

    image: str
    flavor: str
    public: str


@pytest.fixture(scope='package')
def ground(fake_cloud):
    cloud = fake_cloud.connect()
    image = cloud.create_image('client-image', data=b'guest' * 1000, disk_format='raw', container_format='bare',
                               visibility='public', wait=True)
    flavor = cloud.compute.create_flavor(name='client-flavor', ram=64, vcpus=1, disk=1)
    yield Ground(image.id, flavor.id, cloud.network.find_network('public').id)
    cloud.compute.delete_flavor(flavor)
    cloud.delete_image(image.id)
    cloud.close()


@pytest.fixture
def tenant(fake_cloud):
    """The name of a project, of its member, and of that member's password."""
    with replay.tenant(fake_cloud) as name:
        yield name


@pytest.fixture
def program(fake_cloud, tenant):
    """program(mount=microversion, ...): a program of the tenant's, logged in."""
    return lambda **versions: replay.Program(fake_cloud.base, replay.password(tenant, tenant, tenant), **versions)


@pytest.fixture
def admin(fake_cloud):
    """admin(mount=microversion, ...): a program of the admin's."""
    secret = fake_cloud.state.cloud()['auth']['password']
    return lambda **versions: replay.Program(fake_cloud.base, replay.password('admin', secret, 'admin'), **versions)
