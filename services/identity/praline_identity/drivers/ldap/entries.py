# SPDX-License-Identifier: Apache-2.0
"""What the entries of an LDAP tree say of users and groups, by the attribute names that its operator gave."""
import uuid

from ldap import dn as ldap_dn

from praline_identity.drivers.ldap import filters


class Kind:
    """Users or groups of one tree.

    tree: where they are searched; attributes: what a search asks for; matching(extra) -> the filter of all of them;
    read(dn, values) -> the entry, or None when it has no id or no name.
    """

    def __init__(self, settings, word, ou):
        def option(name):
            return getattr(settings, '%s_%s' % (word, name))
        self.tree = option('tree_dn') or '%s,%s' % (ou, settings.suffix)
        self.id_attribute, self.name_attribute = option('id_attribute'), option('name_attribute')
        self._class, self._filter = option('objectclass'), option('filter') or ''
        ignored = option('attribute_ignore')
        self._extra = {name: attribute for name, attribute in self.shown(settings).items()
                       if attribute and name not in ignored}
        for pair in option('additional_attribute_mapping'):
            attribute, colon, name = pair.partition(':')
            if colon:
                self._extra.setdefault(name, attribute)
        self.attributes = sorted({self.id_attribute, self.name_attribute, *self._extra.values()})

    def shown(self, settings):
        """{name in the API: attribute} beside id and name."""
        raise NotImplementedError

    def matching(self, more=''):
        return '(&(objectClass=%s)(%s=*)%s%s)' % (self._class, self.id_attribute, self._filter, more)

    def with_id(self, local_id):
        return self.matching(filters.equal(self.id_attribute, local_id))

    def read(self, dn, values):
        local_id, name = self._first(values, self.id_attribute), self._first(values, self.name_attribute)
        if not local_id or not name or not name.strip() or len(local_id) > 255:
            return None
        extra = {key: self._first(values, attribute) for key, attribute in self._extra.items()}
        return {'local_id': local_id, 'dn': dn, 'name': name,
                'extra': {key: value for key, value in extra.items() if value is not None}}

    def _first(self, values, attribute):
        found = values.get(attribute.lower())
        return text(found[0], attribute) if found else None


class Users(Kind):

    def __init__(self, settings):
        super().__init__(settings, 'user', 'ou=Users')
        self._settings = settings
        self._watched = 'enabled' not in settings.user_attribute_ignore and not settings.user_enabled_emulation
        if self._watched:
            self.attributes.append(settings.user_enabled_attribute)

    def shown(self, settings):
        return {'email': settings.user_mail_attribute, 'description': settings.user_description_attribute,
                'default_project_id': settings.user_default_project_id_attribute}

    def read(self, dn, values):
        entry = super().read(dn, values)
        if entry is not None:
            entry['default_project_id'] = entry['extra'].pop('default_project_id', None)
            entry['enabled'] = not self._watched or self._enabled(values)
        return entry

    def _enabled(self, values):
        settings = self._settings
        given = self._first(values, settings.user_enabled_attribute)
        given = settings.user_enabled_default if given is None else given
        mask = settings.user_enabled_mask
        if mask:
            # What cannot be read is not let in.
            return given.lstrip('-').isdigit() and int(given) & mask != mask
        return (given.lower() == 'true') != settings.user_enabled_invert


class Groups(Kind):

    def __init__(self, settings):
        super().__init__(settings, 'group', 'ou=UserGroups')

    def shown(self, settings):
        return {'description': settings.group_desc_attribute}

    def read(self, dn, values):
        entry = super().read(dn, values)
        if entry is not None:
            entry['description'] = entry['extra'].pop('description', '')
        return entry


def text(value, attribute=''):
    """An attribute's bytes as text; the 16 bytes of a GUID as its usual form; None for other binary values."""
    if attribute.lower() == 'objectguid' and len(value) == 16:
        return str(uuid.UUID(bytes_le=value))
    try:
        return value.decode()
    except UnicodeDecodeError:
        return str(uuid.UUID(bytes_le=value)) if len(value) == 16 else None


def parsed(dn):
    """A DN as its parts, [[(attribute, value, ...)]]; [] when it is none."""
    try:
        return ldap_dn.str2dn(dn)
    except Exception:   # python-ldap raises its own DECODING_ERROR here, and ValueError for some texts
        return []


def normal(dn):
    """A DN in the one form that equal DNs share: case and runs of blanks do not count (RFC 4518)."""
    return tuple(tuple(sorted((part[0].lower(), ' '.join(part[1].lower().split())) for part in level))
                 for level in parsed(dn))
