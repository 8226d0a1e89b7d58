# SPDX-License-Identifier: Apache-2.0
"""The checkout as the house tests see it: every module of ours, what it imports, what it defines."""
import ast
import functools
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ('identity', 'image', 'compute', 'scheduler', 'volume', 'network')
PACKAGES = [ROOT / 'common' / 'praline_common'] + [ROOT / 'services' / name / ('praline_' + name) for name in SERVICES]


class Module:
    """path; name ('praline_compute.api.root'); package; room ('api'); imports (dotted names)."""

    def __init__(self, package, path):
        self.path = path
        inside = path.relative_to(package.parent).with_suffix('').parts
        self.name = '.'.join(inside if inside[-1] != '__init__' else inside[:-1])
        self.package = package.name
        self.room = inside[1] if len(inside) > 1 else ''
        self.text = path.read_text()
        self.tree = ast.parse(self.text)

    @functools.cached_property
    def imports(self):
        """(line number, dotted name, inside a function?) of each import."""
        found = []
        functions = [node for node in ast.walk(self.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        inner = {id(node) for function in functions for node in ast.walk(function)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name, id(node) in inner) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [(node.lineno, '%s.%s' % (node.module, alias.name), id(node) in inner) for alias in node.names]
        return found


@functools.cache
def modules():
    return [Module(package, path) for package in PACKAGES for path in sorted(package.rglob('*.py'))]
