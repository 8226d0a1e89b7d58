# SPDX-License-Identifier: Apache-2.0
"""What this machine really holds of a cloud, asked of virsh, tgtadm, ip, nft and the file system."""
import configparser
import re
import subprocess

ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'


def domains(cloud):
    """Ids of servers that libvirt knows a domain of."""
    return _found(r'^%s-(%s)$' % (short_id(cloud), ID), 'virsh', '-c', 'qemu:///system', 'list', '--all', '--name')


def exports(cloud):
    """Ids of volumes that the cloud's tgtd exports."""
    return _found(r'^Target \d+: iqn\S+?(%s)$' % ID, 'tgtadm', '-C', setting(cloud, 'volume', 'target_control'),
                  '--lld', 'iscsi', '--op', 'show', '--mode', 'target')


def taps(cloud):
    """Names of the links of guests."""
    return _found(r'^\d+: (q%s-t\w+)' % short_id(cloud), 'ip', '-o', 'link')


def traces(cloud_id):
    """Everything that carries the id of a cloud: domains, links, namespaces, nft tables."""
    name = r'\b(q?%s(?:-\S+)?)' % cloud_id
    return (_found(name, 'virsh', '-c', 'qemu:///system', 'list', '--all', '--name') | _found(name, 'ip', '-o', 'link')
            | _found(name, 'ip', 'netns') | _found(name, 'nft', 'list', 'tables'))


def files(cloud):
    """Files and directories that servers and volumes left; images that hosts keep at hand are nobody's."""
    return [str(path) for part in ('instances', 'volumes') for path in (cloud.directory / part).rglob('*')
            if re.search(ID, path.name) and path.parent.name != '_base']


def short_id(cloud):
    return setting(cloud, 'DEFAULT', 'cloud_id')


def setting(cloud, section, name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(cloud.state.config)
    return parser[section][name]


def _found(pattern, *argv):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    return set(re.findall(pattern, done.stdout, re.MULTILINE))
