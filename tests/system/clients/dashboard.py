# SPDX-License-Identifier: Apache-2.0
"""Horizon's environment, and a project with one of everything for its pages to show."""
import contextlib
import json
import os
import pathlib
import subprocess

import openstack
import pytest

INSIDE = pathlib.Path(__file__).parent / 'inside_horizon'


def environment():
    """Where Horizon is installed, or a skip that says how to do that."""
    place = pathlib.Path(os.environ.get('PRALINE_HORIZON_VENV', INSIDE.parents[3] / '.venv-horizon'))
    if not (place / 'installed').exists():
        pytest.skip('no Horizon at %s: `tests/system/clients/inside_horizon/install` makes it in half a minute' % place)
    return place


def walk(cloud, user, secret, requests, first):
    """The pages that walk.py saw as this user of the domain `Default`; the requests come before the pages `first`."""
    done = subprocess.run(
        [environment() / 'bin' / 'python', INSIDE / 'walk.py'], text=True, capture_output=True, timeout=300,
        input=json.dumps({'user': user, 'password': secret, 'domain': 'Default', 'requests': requests, 'first': first}),
        env={**os.environ, 'PRALINE_AUTH_URL': cloud.base + '/identity/v3', 'PYTHONPATH': str(INSIDE),
             'DJANGO_SETTINGS_MODULE': 'settings', 'PYTHONDONTWRITEBYTECODE': '1'})
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@contextlib.contextmanager
def administrator(cloud, project):
    """The name of an admin whose project this is, with the project's name as a password."""
    admin = cloud.connect()
    place = admin.identity.find_project(project)
    user = admin.identity.create_user(name=project + '-admin', domain_id='default', password=project,
                                      default_project_id=place.id)
    admin.identity.assign_project_role_to_user(place, user, admin.identity.find_role('admin'))
    yield user.name
    admin.identity.delete_user(user)
    admin.close()


@contextlib.contextmanager
def things(cloud, name, ground):
    """One of everything in the project `name`, by kind its id; at the end all that is in the project is gone."""
    auth = cloud.state.cloud()
    auth['auth'] = {**auth['auth'], 'username': name, 'password': name, 'project_name': name}
    own, admin = openstack.connect(load_yaml_config=False, load_envvars=False, **auth), cloud.connect()
    network = own.network.create_network(name='horizon')
    subnet = own.network.create_subnet(network_id=network.id, ip_version=4, cidr='10.81.0.0/24')
    router = own.network.create_router(name='horizon', external_gateway_info={'network_id': ground.public})
    own.network.add_interface_to_router(router, subnet_id=subnet.id)
    group = own.network.create_security_group(name='horizon')
    port = own.network.create_port(name='horizon', network_id=network.id)
    own.compute.create_keypair(name='horizon')
    server_group = own.compute.create_server_group(name='horizon', policy='soft-affinity')
    server = own.create_server('horizon', image=ground.image, flavor=ground.flavor, network=network.id, auto_ip=False,
                               wait=True)
    address = own.network.create_ip(floating_network_id=ground.public,
                                    port_id=next(own.network.ports(device_id=server.id)).id)
    volume, attached = (own.create_volume(1, name='horizon-%d' % n, wait=True) for n in range(2))
    own.attach_volume(server, attached, wait=True)
    snapshot = own.create_volume_snapshot(volume.id, name='horizon', wait=True)
    aggregate = admin.compute.create_aggregate(name='horizon', availability_zone='nova')
    admin.image.create_metadef_namespace(namespace='horizon', visibility='public')
    admin.image.create_metadef_resource_type_association('horizon', name='OS::Nova::Server')
    try:
        yield {'network': network.id, 'subnet': subnet.id, 'router': router.id, 'group': group.id, 'port': port.id, 'server_group': server_group.id,
               'server': server.id, 'volume': volume.id, 'snapshot': snapshot.id, 'aggregate': aggregate.id,
               'image': ground.image, 'flavor': ground.flavor, 'type': next(own.block_storage.types()).id}
    finally:
        admin.image.delete_metadef_namespace('horizon')
        admin.compute.delete_aggregate(aggregate)
        for item in own.compute.servers():
            own.delete_server(item.id, wait=True)
        own.delete_volume_snapshot(snapshot.id, wait=True)
        for item in (volume, attached):
            own.delete_volume(item.id, wait=True)
        own.compute.delete_server_group(server_group)
        own.compute.delete_keypair('horizon')
        own.network.delete_ip(address)
        own.network.delete_port(port)
        own.network.remove_interface_from_router(router, subnet_id=subnet.id)
        own.network.delete_router(router)
        own.network.delete_network(network)
        own.network.delete_security_group(group)
        admin.close()
        own.close()
