# SPDX-License-Identifier: Apache-2.0
"""Search filters (RFC 4515) for keystone's list filters, and what they leave to be compared here.

Nothing that comes from a request gets into a filter unescaped.
"""
import uuid

from ldap import filter as ldap_filter

escape = ldap_filter.escape_filter_chars
_FORMS = {'': '(%s=%s)', 'contains': '(%s=*%s*)', 'startswith': '(%s=%s*)', 'endswith': '(%s=*%s)',
          'equals': '(%s=%s)'}
_FALSE = ('0', 'false', 'no', 'off', 'f', 'n')


def equal(attribute, value):
    """(attribute=value) for a value as it is shown; a Microsoft GUID is searched for by its bytes."""
    if attribute.lower() == 'objectguid':
        try:
            value = ''.join('\\%02x' % byte for byte in uuid.UUID(value).bytes_le)
        except ValueError:
            value = escape(value)
        return '(%s=%s)' % (attribute, value)
    return '(%s=%s)' % (attribute, escape(value))


def any_of(attribute, values):
    return '(|%s)' % ''.join(equal(attribute, value) for value in values)


def pushed(asked, name_attribute):
    """The filter for what is asked of names; it may let through more than was asked, never less."""
    parts = []
    for key, value in asked.items():
        name, _, how = key.partition('__')
        form = _FORMS.get(how[1:] if how.startswith('i') else how)
        if name == 'name' and form and (value or not how):
            parts.append(form % (name_attribute, escape(value)))
    return ''.join(parts)


def matches(entry, asked):
    """Whether an entry is what is asked for.  name=x was compared by the directory, by its own rules."""
    return all(_holds(entry, *key.partition('__')[::2], value) for key, value in asked.items())


def _holds(entry, name, how, value):
    if name == 'enabled' and not how:
        return entry.get('enabled', True) == (value.strip().lower() not in _FALSE)
    if name == 'default_project_id' and not how:
        return entry.get('default_project_id') == value
    if name == 'name' and how:
        return _compare(entry['name'], how, value)
    return name != 'password_expires_at'


def _compare(text, how, value):
    if how.startswith('i'):
        text, how, value = text.lower(), how[1:], value.lower()
    if how == 'contains':
        return value in text
    if how == 'startswith':
        return text.startswith(value)
    if how == 'endswith':
        return text.endswith(value)
    return how != 'equals' or text == value
