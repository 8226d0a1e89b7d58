# SPDX-License-Identifier: Apache-2.0
"""A server's security groups: the two actions, and /servers/{id}/os-security-groups; the network service has them."""
from praline_common import errors, policy
from praline_common.api.rest import Actions, Controller, action, operation
from praline_compute import states
from praline_compute.api import types
from praline_compute.api.types import closed, wrapped
from praline_compute.db import servers

_NAMED = closed(('name',), name=types.NAME)
_VIEW = ('id', 'name', 'description', 'tenant_id')


class SecurityGroupActions(Actions):

    @action('addSecurityGroup', 'os_compute_api:os-security-groups:add', policy=policy.MEMBER, item=servers.get,
            status=202, body=wrapped('addSecurityGroup', _NAMED))
    def add_security_group(self, req, server, body):
        group_id = self._group(req, body['addSecurityGroup']['name'])
        self._change(req, server, lambda held: held if group_id in held else [*held, group_id])

    @action('removeSecurityGroup', 'os_compute_api:os-security-groups:remove', policy=policy.MEMBER,
            item=servers.get, status=202, body=wrapped('removeSecurityGroup', _NAMED))
    def remove_security_group(self, req, server, body):
        name = body['removeSecurityGroup']['name']
        group_id = self._group(req, name)
        found = []

        def without(held):
            found.extend(item for item in held if item == group_id)
            return [item for item in held if item != group_id]
        self._change(req, server, without)
        if not found:
            raise errors.NotFound('Security group %s not associated with the instance %s' % (name, server['id']))

    def _group(self, req, name):
        answer = ask(self.runtime, req, 'GET', '/v2.0/security-groups')
        for word in ('id', 'name'):
            found = [group['id'] for group in answer['security_groups'] if group[word] == name]
            if len(found) > 1:
                raise errors.Conflict("Multiple security groups found matching '%s'. Use an ID to be more specific."
                                      % name)
            if found:
                return found[0]
        raise errors.NotFound('Security group %s not found for project %s' % (name, req.context.project_id))

    def _change(self, req, server, change):
        states.check_unlocked(server, req.context)
        ports = ask(self.runtime, req, 'GET', '/v2.0/ports', query={'device_id': server['id']})['ports']
        if not ports:
            raise errors.BadRequest('Network requires port_security_enabled and subnet associated in order to apply '
                                    'security groups.')
        for port in ports:
            wanted = change(port['security_groups'])
            if wanted != port['security_groups']:
                ask(self.runtime, req, 'PUT', '/v2.0/ports/' + port['id'], {'port': {'security_groups': wanted}})
        groups = self.runtime.contracts.network.security_groups(req.context, server['id'])
        with self.db.write() as conn:
            row = servers.get(conn, req.context, server['id'])
            shown = [{'name': name} for name in sorted(group['name'] for group in groups)]
            servers.note(conn, server['id'], network_info={**row['network_info'], 'security_groups': shown},
                         shown_groups=shown or None)


class ServerSecurityGroups(Controller):

    @operation('os_compute_api:os-security-groups:list', policy=policy.READER, item=servers.get)
    def get_all(self, req, server):
        ports = ask(self.runtime, req, 'GET', '/v2.0/ports', query={'device_id': server['id']})['ports']
        held = {group_id for port in ports for group_id in port['security_groups']}
        groups = ask(self.runtime, req, 'GET', '/v2.0/security-groups')['security_groups'] if held else []
        return {'security_groups': [{**{word: group.get(word) for word in _VIEW}, 'rules': [
            _rule(rule, groups) for rule in group.get('security_group_rules', [])
            if rule['direction'] == 'ingress']} for group in groups if group['id'] in held]}


def ask(runtime, req, verb, path, body=None, query=None):
    """The body that the network's own API answers; its refusal is this request's."""
    status, answer = runtime.contracts.network.api(req.context, verb, path, body=body, query=query)
    if status < 400:
        return answer
    message = ((answer or {}).get('NeutronError') or {}).get('message') or 'The network service refused: %d' % status
    kind = {400: errors.BadRequest, 403: errors.Forbidden, 404: errors.NotFound, 409: errors.Conflict}.get(
        status, errors.Error)
    raise kind(message)


def _rule(rule, groups):
    names = {group['id']: group for group in groups}
    remote = names.get(rule.get('remote_group_id'))
    return {'id': rule['id'], 'parent_group_id': rule['security_group_id'],
            'ip_protocol': rule.get('protocol'), 'from_port': rule.get('port_range_min'),
            'to_port': rule.get('port_range_max'),
            'group': {'name': remote['name'], 'tenant_id': remote['tenant_id']} if remote else {},
            'ip_range': {} if remote else {'cidr': rule.get('remote_ip_prefix') or '0.0.0.0/0'}}
