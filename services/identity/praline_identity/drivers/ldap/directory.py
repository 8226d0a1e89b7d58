# SPDX-License-Identifier: Apache-2.0
"""The directory of one domain over LDAP."""
import itertools

from praline_identity.drivers import base
from praline_identity.drivers.ldap import entries
from praline_identity.drivers.ldap import filters
from praline_identity.drivers.ldap.server import Server

_CHUNK = 100
# Microsoft's rule that follows groups in groups.
_IN_CHAIN = ':1.2.840.113556.1.4.1941:'


class Directory(base.Directory):
    """settings: domain_options.read('ldap', ...); seconds: how long one answer may take unless they say so."""

    def __init__(self, domain_id, settings, seconds):
        self._settings = settings
        self._server = Server(domain_id, settings, seconds)
        self._users, self._groups = entries.Users(settings), entries.Groups(settings)

    def user(self, local_id):
        return next(iter(self._found(self._users, self._users.with_id(local_id))), None)

    def user_by_name(self, name):
        named = self._users.matching(filters.equal(self._users.name_attribute, name))
        return next(iter(self._found(self._users, named)), None)

    def users(self, asked):
        return self._asked(self._users, asked)

    def check_password(self, user, password):
        # A bind without a password succeeds as nobody (RFC 4513, 5.1.2).
        return bool(password) and bool(user['dn']) and self._server.lets_in(user['dn'], password)

    def groups_of(self, user):
        settings = self._settings
        if settings.group_ad_nesting:
            more = '(member%s=%s)' % (_IN_CHAIN, filters.escape(user['dn']))
        elif settings.group_members_are_ids:
            more = filters.equal(settings.group_member_attribute, user['local_id'])
        else:
            more = '(%s=%s)' % (settings.group_member_attribute, filters.escape(user['dn']))
        return self._found(self._groups, self._groups.matching(more))

    def group(self, local_id):
        return next(iter(self._found(self._groups, self._groups.with_id(local_id))), None)

    def groups(self, asked):
        return self._asked(self._groups, asked)

    def members(self, group, asked):
        more = filters.pushed(asked, self._users.name_attribute)
        return [user for user in self._members_of(group, more) if filters.matches(user, asked)]

    def _members_of(self, group, more):
        settings = self._settings
        if settings.group_ad_nesting:
            nested = '(memberOf%s=%s)' % (_IN_CHAIN, filters.escape(group['dn']))
            return self._found(self._users, self._users.matching(nested + more))
        values = self._members(group['dn'], settings.group_member_attribute)
        if settings.group_members_are_ids:
            return self._with_values(self._users.id_attribute, values, more)
        return self._with_dns(values, more)

    def close(self):
        self._server.close()

    def _asked(self, kind, asked):
        more = filters.pushed(asked, kind.name_attribute)
        return [entry for entry in self._found(kind, kind.matching(more)) if filters.matches(entry, asked)]

    def _found(self, kind, text):
        """The entries of a filter, in the server's order; users say whether they are enabled."""
        found = [kind.read(dn, values) for dn, values in self._server.search(kind.tree, text, kind.attributes)]
        found = [entry for entry in found if entry is not None]
        if kind is self._users and self._settings.user_enabled_emulation:
            return self._emulated(found)
        return found

    def _emulated(self, users):
        """Enabled is who is a member of one group; the group itself is no user."""
        settings = self._settings
        dn = settings.user_enabled_emulation_dn or 'cn=enabled_users,' + self._users.tree
        users = [user for user in users if entries.normal(user['dn']) != entries.normal(dn)]
        if not users or 'enabled' in settings.user_attribute_ignore:
            return users
        as_groups = settings.user_enabled_emulation_use_group_config
        values = self._members(dn, settings.group_member_attribute if as_groups else 'member')
        if as_groups and settings.group_members_are_ids:
            members = set(values)
            return [{**user, 'enabled': user['local_id'] in members} for user in users]
        members = {entries.normal(value) for value in values}
        return [{**user, 'enabled': entries.normal(user['dn']) in members} for user in users]

    def _members(self, dn, attribute):
        """The values of a group's member attribute; [] when there is no such entry."""
        found = self._server.search(dn, '(objectClass=*)', [attribute], here=True)
        values = [value for _, attributes in found for value in attributes.get(attribute.lower(), ())]
        return [text for text in map(entries.text, values) if text]

    def _with_dns(self, dns, more):
        """The users of these DNs: found by the attribute that their DN begins with, many in one search."""
        wanted, by_attribute = {entries.normal(dn) for dn in dns}, {}
        for parts in map(entries.parsed, dns):
            if parts:
                by_attribute.setdefault(parts[0][0][0].lower(), []).append(parts[0][0][1])
        return [user for attribute, values in by_attribute.items() for user in self._with_values(attribute, values, more)
                if entries.normal(user['dn']) in wanted]

    def _with_values(self, attribute, values, more):
        values, found = iter(dict.fromkeys(values)), {}
        while chunk := list(itertools.islice(values, _CHUNK)):
            for user in self._found(self._users, self._users.matching(filters.any_of(attribute, chunk) + more)):
                found[user['local_id']] = user
        return list(found.values())
