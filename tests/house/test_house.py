# SPDX-License-Identifier: Apache-2.0
"""The house rules: directions, circles, sizes, names, one declaration a handler, no global configuration."""
import ast
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tree  # noqa: E402

# room: rooms of the same service that it must not import
FORBIDDEN = {
    'api': ('drivers', 'agent', 'flows'),
    'db': ('api', 'rpc', 'drivers', 'agent', 'flows'),
    'flows': ('api',),
    'agent': ('db', 'api'),
    'drivers': ('db', 'api', 'flows', 'agent'),
    'filters': ('db', 'api', 'drivers', 'agent', 'rpc'),
    'weighers': ('db', 'api', 'drivers', 'agent', 'rpc'),
}
NO_DATABASE = ('agent', 'drivers')
NAMES = {'utils', 'util', 'helpers', 'misc', 'constants'}
LONGEST_FILE, LONGEST_FUNCTION = 600, 60


def complaints(check):
    found = [line for module in tree.modules() for line in check(module)]
    assert not found, '\n' + '\n'.join(found)


def test_services_import_only_themselves_and_common():
    ours = {package.name for package in tree.PACKAGES} - {'praline_common'}

    def check(module):
        for line, name, _ in module.imports:
            other = name.split('.')[0]
            if other in ours and other != module.package:
                yield '%s:%d imports %s' % (module.path, line, name)
    complaints(check)


def test_rooms_import_in_their_directions():
    def check(module):
        for line, name, _ in module.imports:
            parts = name.split('.')
            room = parts[1] if len(parts) > 1 and parts[0] == module.package else ''
            if room in FORBIDDEN.get(module.room, ()):
                yield '%s:%d: %s must not import %s' % (module.path, line, module.room, name)
    complaints(check)


def test_agents_and_drivers_never_see_a_database():
    def check(module):
        if module.package != 'praline_common' and module.room in NO_DATABASE:
            for line, name, _ in module.imports:
                if name.split('.')[0] in ('sqlalchemy', 'oslo_db') or name.startswith('praline_common.db'):
                    yield '%s:%d imports %s' % (module.path, line, name)
    complaints(check)


def test_no_circle_is_dodged_by_an_import_inside_a_function():
    complaints(lambda module: ['%s:%d imports %s inside a function' % (module.path, line, name)
                               for line, name, inner in module.imports if inner and name.startswith('praline_')])


def test_no_circles():
    names = {module.name for module in tree.modules()}
    graph = {}
    for module in tree.modules():
        graph[module.name] = {name if name in names else name.rpartition('.')[0]
                              for _, name, _ in module.imports} & names - {module.name}
    done, path = set(), []

    def visit(name):
        if name in path:
            pytest.fail('circle: ' + ' -> '.join(path[path.index(name):] + [name]))
        if name in done:
            return
        path.append(name)
        for other in graph[name]:
            if not name.startswith(other + '.'):
                visit(other)
        path.pop()
        done.add(name)
    for name in graph:
        visit(name)


def test_files_and_functions_are_short():
    def check(module):
        lines = module.text.count('\n')
        if lines > LONGEST_FILE:
            yield '%s has %d lines' % (module.path, lines)
        for node in ast.walk(module.tree):
            if 'migrations' in module.name:
                break
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                yield '%s:%d %s has %d lines' % (module.path, node.lineno, node.name, node.end_lineno - node.lineno + 1)
    complaints(check)


def test_times_keep_their_seconds_on_every_database():
    """MariaDB's plain FLOAT rounds a time to minutes."""
    plain = re.compile(r"Column\('(at|\w+_at|\w+_until|deadline|sequence|heartbeat)', sa\.Float(\(\))?[,)]")

    def check(module):
        for number, line in enumerate(module.text.splitlines(), 1):
            if plain.search(line):
                yield '%s:%d a time that is no Float(53)' % (module.path, number)
    complaints(check)


def test_files_are_named_for_what_they_hold():
    complaints(lambda module: [str(module.path)] if module.path.stem in NAMES else [])


def test_each_file_says_its_licence_and_what_it_is():
    def check(module):
        if not module.text.startswith('# SPDX-License-Identifier: Apache-2.0\n'):
            yield '%s has no SPDX line' % module.path
        if module.path.name != '__init__.py' and not ast.get_docstring(module.tree):
            yield '%s has no docstring' % module.path
    complaints(check)


def test_no_global_configuration():
    def check(module):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == 'CONF':
                yield '%s:%d uses a global CONF' % (module.path, node.lineno)
    complaints(check)


def test_no_shell_and_no_eventlet():
    def check(module):
        for line, name, _ in module.imports:
            if name.split('.')[0] == 'eventlet':
                yield '%s:%d imports eventlet' % (module.path, line)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.keyword) and node.arg == 'shell':
                yield '%s:%d passes shell=' % (module.path, node.value.lineno)
            if isinstance(node, ast.Attribute) and node.attr == 'system' and getattr(node.value, 'id', '') == 'os':
                yield '%s:%d calls os.system' % (module.path, node.lineno)
    complaints(check)


def test_handlers_have_one_decorator():
    def check(module):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                names = [getattr(decorator.func, 'id', '') for decorator in node.decorator_list
                         if isinstance(decorator, ast.Call)]
                if {'operation', 'action'} & set(names) and len(node.decorator_list) > 1:
                    yield '%s:%d %s has more than one decorator' % (module.path, node.lineno, node.name)
    complaints(check)
