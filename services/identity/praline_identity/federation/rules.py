# SPDX-License-Identifier: Apache-2.0
"""The mapping engine: an assertion and a mapping's rules in, a user with groups and projects out.  No I/O.

An assertion is {name: text}, several values in one text with ';' between.  A rule holds when every one of its
`remote` conditions does; conditions that filter nothing away give the values {0}, {1}, ... of its `local` part.
"""
import ast
import dataclasses
import json
import re
import string

from praline_identity import errors
from praline_identity.federation import documents

EPHEMERAL = 'ephemeral'
_PLACE = re.compile(r'\{?(\d+)\}?')


@dataclasses.dataclass
class Mapped:
    """user: {'id', 'name', 'email', 'domain', 'type'}, of which only the type is always there; group_names:
    [{'name', 'domain'}]; projects: [{'name', 'roles'[, 'domain']}]."""

    user: dict
    group_ids: list
    group_names: list
    projects: list


def apply(mapping, assertion):
    """The Mapped of an assertion.  Refused when no rule holds, or one of them says nothing sensible."""
    values = {name: text.split(';') for name, text in assertion.items() if isinstance(text, str)}
    found = []
    for rule in mapping['rules']:
        direct = _match(rule['remote'], values)
        if direct is not None:
            found += [_fill(local, direct, mapping['schema_version']) for local in rule['local']]
    if not found:
        raise errors.Refused('Could not map any federated user properties to identity values. Check debug logs or '
                             'the mapping used for additional details.')
    return _collect(found, mapping['schema_version'])


def _match(remote, values):
    """The direct values when every condition holds, else None."""
    direct = []
    for condition in remote:
        given = values.get(condition['type'])
        if not given:
            return None
        regex = condition.get('regex', False)
        if 'any_one_of' in condition:
            if not _chosen(condition['any_one_of'], given, regex):
                return None
        elif 'not_any_of' in condition:
            if _chosen(condition['not_any_of'], given, regex):
                return None
        else:
            direct.append(_filtered(condition, given, regex))
    return direct


def _filtered(condition, given, regex):
    if 'blacklist' in condition:
        out = set(_chosen(condition['blacklist'], given, regex))
        return [value for value in dict.fromkeys(given) if value not in out]
    if 'whitelist' in condition:
        return [*dict.fromkeys(_chosen(condition['whitelist'], given, regex))]
    return given


def _chosen(wanted, given, regex):
    """Those of the given values that are among the wanted ones, or in which one of their expressions is found."""
    if not regex:
        return [value for value in given if value in wanted]
    try:
        return [value for value in given if any(re.search(pattern, value) for pattern in wanted)]
    except (re.error, TypeError) as error:
        raise errors.Refused('The mapping has an expression that is none: %s' % error) from None


def _fill(local, direct, version):
    """The local part with its {0}, {1}, ... replaced."""
    direct = [value[0] if len(value) == 1 else value for value in direct]
    filled = {name: _replace(value, direct) for name, value in local.items() if name != 'projects_json'}
    if 'projects_json' in local and version == '3.0':
        filled['projects'] = filled.get('projects', []) + _asserted_projects(local['projects_json'], direct)
    return filled


def _replace(value, direct):
    if isinstance(value, dict):
        return {name: _replace(inner, direct) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replace(inner, direct) for inner in value]
    try:
        return _Places().vformat(value, direct, {})
    except (IndexError, KeyError, ValueError, TypeError):
        raise errors.Refused("Local section in mapping refers to a remote match that doesn't exist: %s" % value
                             ) from None


class _Places(string.Formatter):
    """{0}, {1}, ... and nothing else of what str.format understands."""

    def get_field(self, field_name, args, kwargs):
        if not field_name.isdigit():
            raise KeyError(field_name)
        return args[int(field_name)], field_name


def _asserted_projects(place, direct):
    """The projects that the assertion itself lists, as JSON."""
    found = _PLACE.match(place)
    try:
        text = direct[int(found.group(1))]
        projects = json.loads(text if isinstance(text, str) else ';'.join(text))
        documents.check_projects(projects)
    except (AttributeError, IndexError, ValueError, errors.BadRequest) as error:
        raise errors.Refused('The assertion does not list projects where the mapping expects them: %s' % error
                             ) from None
    return projects


def _collect(found, version):
    user, group_ids, group_names, projects, domain = {}, [], [], [], None
    for value in found:
        # The first user there is; the last projects and the last domain.
        user = user or dict(value.get('user') or {})
        domain = value.get('domain') or domain
        if 'group' in value:
            named = 'id' not in value['group']
            (group_names if named else group_ids).append(value['group'] if named else value['group']['id'])
        if 'groups' in value:
            group_names += _named_groups(value)
        if 'group_ids' in value:
            group_ids += _listed(value['group_ids'])
        if 'projects' in value:
            projects = [_placed(project, value.get('domain'), version) for project in value['projects']]
    user.setdefault('type', EPHEMERAL)
    return Mapped(_placed(user, domain, version), [*dict.fromkeys(map(str, group_ids))],
                  [group for i, group in enumerate(group_names) if group not in group_names[:i]], projects)


def _placed(thing, domain, version):
    """From 2.0 on, what names no domain lies in the rule's."""
    return {'domain': domain, **thing} if domain and version != '1.0' else thing


def _listed(text):
    """The values of a text that is a list in Python's notation, as several direct values become, or one value."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [text]
    return found if isinstance(found, list) else [text]


def _named_groups(value):
    """[{'name', 'domain'}] of `groups`: names in the rule's domain, or JSON:{...} with a domain of their own."""
    groups = [_group(item, value.get('domain')) for item in _listed(value['groups'])]
    if not all(isinstance(group.get('name'), str) and isinstance(group.get('domain'), dict) for group in groups):
        raise errors.Refused("Invalid rule: %s. Both 'groups' and 'domain' keywords must be specified." % value)
    return groups


def _group(item, domain):
    if isinstance(item, str) and item.startswith('JSON:'):
        try:
            item = json.loads(item.removeprefix('JSON:'))
        except ValueError:
            raise errors.Refused('A group in the assertion is not JSON: %s' % item) from None
    return item if isinstance(item, dict) else {'name': item, 'domain': domain}
