# SPDX-License-Identifier: Apache-2.0
"""The options that a domain may have of its own: their names, defaults and kinds of values."""
import types

from praline_identity import errors

HIDDEN = {'ldap': ('password',)}
DEFAULTS = {
    'identity': {'driver': 'sql', 'list_limit': None},
    'ldap': {
        'url': 'ldap://localhost', 'user': None, 'suffix': 'cn=example,cn=com', 'query_scope': 'one', 'page_size': 0,
        'alias_dereferencing': 'default', 'debug_level': None, 'chase_referrals': None, 'randomize_urls': False,
        'user_tree_dn': None, 'user_filter': None, 'user_objectclass': 'inetOrgPerson', 'user_id_attribute': 'cn',
        'user_name_attribute': 'sn', 'user_mail_attribute': 'mail', 'user_description_attribute': 'description',
        'user_pass_attribute': 'userPassword', 'user_enabled_attribute': 'enabled', 'user_enabled_invert': False,
        'user_enabled_mask': 0, 'user_enabled_default': 'True', 'user_attribute_ignore': ['default_project_id'],
        'user_default_project_id_attribute': None, 'user_enabled_emulation': False,
        'user_enabled_emulation_dn': None, 'user_enabled_emulation_use_group_config': False,
        'user_additional_attribute_mapping': [], 'group_tree_dn': None, 'group_filter': None,
        'group_objectclass': 'groupOfNames', 'group_id_attribute': 'cn', 'group_name_attribute': 'ou',
        'group_member_attribute': 'member', 'group_members_are_ids': False, 'group_desc_attribute': 'description',
        'group_attribute_ignore': [], 'group_additional_attribute_mapping': [], 'group_ad_nesting': False,
        'tls_cacertfile': None, 'tls_cacertdir': None, 'use_tls': False, 'tls_req_cert': 'demand',
        'connection_timeout': -1, 'use_pool': True, 'pool_size': 10, 'pool_retry_max': 3, 'pool_retry_delay': 0.1,
        'pool_connection_timeout': -1, 'pool_connection_lifetime': 600, 'use_auth_pool': True,
        'auth_pool_size': 100, 'auth_pool_connection_lifetime': 60,
    },
}
_KINDS = {'list_limit': int, 'debug_level': int, 'chase_referrals': bool}
# A driver of any name is kept and shown: who knows it uses it, and here the domain's users stay where they are.
_CHOICES = {'query_scope': ('one', 'sub'), 'tls_req_cert': ('demand', 'allow', 'never'),
            'alias_dereferencing': ('default', 'never', 'searching', 'finding', 'always')}
_YES, _NO = ('true', 'yes', 'on', '1'), ('false', 'no', 'off', '0')


def read(group, given):
    """The options of a group as attributes: what is given, in the option's kind of value, else its default.

    Forbidden, naming the option, when a value is not of that kind.
    """
    values = {**DEFAULTS[group], **dict.fromkeys(HIDDEN.get(group, ()))}
    for option, value in given.items():
        if option in values and value is not None:
            values[option] = _value(group, option, value)
    return types.SimpleNamespace(**values)


def _value(group, option, value):
    default = DEFAULTS[group].get(option)
    kind = _KINDS.get(option) or (str if default is None else type(default))
    try:
        found = _bool(value) if kind is bool else _list(value) if kind is list else kind(value)
    except (TypeError, ValueError):
        raise _wrong(group, option, 'must be of type %s' % kind.__name__) from None
    if found not in _CHOICES.get(option, (found,)):
        raise _wrong(group, option, 'must be one of ' + ', '.join(_CHOICES[option]))
    return found


def _bool(value):
    text = str(value).strip().lower()
    if text not in _YES + _NO:
        raise ValueError(value)
    return text in _YES


def _list(value):
    return list(value) if isinstance(value, list) else [part.strip() for part in str(value).split(',') if part.strip()]


def _wrong(group, option, why):
    return errors.Forbidden('Invalid domain specific configuration: option %s in group %s %s' % (option, group, why))
