# SPDX-License-Identifier: Apache-2.0
"""The authentication method `mapped` (also called openid and saml2): an assertion becomes a user of this cloud."""
import logging
from urllib.parse import quote

from praline_identity import errors
from praline_identity.db import federation_protocols
from praline_identity.db import groups
from praline_identity.db import identity_providers
from praline_identity.db import mappings
from praline_identity.db import users
from praline_identity.federation import places
from praline_identity.federation import rules
from praline_identity.federation import shadows

LOG = logging.getLogger(__name__)


def mapped(room, given, proof):
    """{'identity_provider', 'protocol'}: who the web server's environment says it is, by the mapping's rules."""
    provider_id, protocol_id = _named(given)
    with room.db.read() as conn:
        provider = enabled_provider(conn, provider_id)
        protocol = federation_protocols.get(conn, provider_id, protocol_id)
        assertion = room.front.assertion()
        _check_remote_id(room.options, provider, protocol, assertion)
        mapping = mappings.get(conn, protocol['mapping_id'])
        found = rules.apply(mapping, assertion)
        group_ids = _group_ids(conn, found, mapping['id'])
    if found.user['type'] != rules.EPHEMERAL:
        return proof.sure(_local(room, found.user), errors.Refused())
    _complete(room, found.user, provider)
    arrival = shadows.Arrival(provider, protocol, found, group_ids, mapping['schema_version'], proof.began)
    user_id, proof.revision = shadows.keep(room, arrival)
    proof.sure(user_id, errors.Refused())
    proof.identity_provider, proof.protocol, proof.group_ids = provider_id, protocol_id, tuple(group_ids)


def check_again(conn, payload):
    """Before a federated token makes another one: provider, protocol, mapping and groups must still be there."""
    enabled_provider(conn, payload.identity_provider)
    protocol = federation_protocols.get(conn, payload.identity_provider, payload.protocol)
    mapping = mappings.get(conn, protocol['mapping_id'])
    _require_groups(conn, payload.group_ids, mapping['id'])


def enabled_provider(conn, provider_id):
    provider = identity_providers.get(conn, provider_id)
    if not provider['enabled']:
        raise errors.Forbidden('Identity Provider %s is disabled' % provider_id)
    return provider


def remote_id_attribute(options, protocol):
    """The name in the environment under which the web server says which identity provider it was; '' for none."""
    return protocol['remote_id_attribute'] or options.remote_id_attribute


def _named(given):
    for word in ('identity_provider', 'protocol'):
        if not isinstance(given.get(word), str):
            raise errors.BadRequest('Expecting to find %s in mapped.' % word)
    return given['identity_provider'], given['protocol']


def _check_remote_id(options, provider, protocol, assertion):
    """A provider with remote ids, whose protocol says where they stand, must be the one that asserted."""
    name = remote_id_attribute(options, protocol)
    if not name or not provider['remote_ids']:
        return
    if name not in assertion:
        raise errors.Refused('Could not find Identity Provider identifier in environment')
    if assertion[name] not in provider['remote_ids']:
        raise errors.Forbidden('Incoming identity provider identifier not included among the accepted identifiers.')


def _group_ids(conn, found, mapping_id):
    _require_groups(conn, found.group_ids, mapping_id)
    return sorted({*found.group_ids, *groups.ids_by_name(conn, [
        (group['name'], places.domain_id(conn, group['domain'])) for group in found.group_names])})


def _require_groups(conn, group_ids, mapping_id):
    missing = set(group_ids) - groups.existing(conn, group_ids)
    if missing:
        LOG.warning('mapping %s names groups that do not exist: %s', mapping_id, ', '.join(sorted(missing)))
        raise errors.Refused('Group %s returned by mapping %s was not found in the backend.'
                             % (min(missing), mapping_id))


def _local(room, wanted):
    """The id of the enabled user here that the mapping says it is."""
    if not wanted.get('id') and not wanted.get('name'):
        raise errors.Refused('Expecting to find id or name in user.')
    with room.db.read() as conn:
        if wanted.get('name'):
            if not wanted.get('domain'):
                raise errors.Refused('Expecting to find domain in user.')
            user = users.for_login(conn, name=wanted['name'], domain_id=places.domain_id(conn, wanted['domain']))
        else:
            user = users.for_token(conn, wanted['id'])
    if user is None or not user['enabled'] or not user['domain_enabled']:
        raise errors.Refused()
    return user['id']


def _complete(room, user, provider):
    """Id, name and domain_id of an ephemeral user, from the rule, else from the web server and the provider."""
    name = user.get('name') or room.front.remote_user
    if not (user.get('id') or name):
        raise errors.Refused('Could not map user while setting ephemeral user identity. Either mapping rules must '
                             'specify user id/name or REMOTE_USER environment variable must be set.')
    user['name'] = name or user['id']
    user['unique_id'] = quote(user.get('id') or name)
    if len(user['name']) > 255 or len(user['unique_id']) > 255:
        raise errors.Refused('The asserted id or name of the user is longer than 255 characters.')
    with room.db.read() as conn:
        user['domain_id'] = places.domain_id(conn, user.get('domain') or {'id': provider['domain_id']})
