# SPDX-License-Identifier: Apache-2.0
"""`praline config sample`: every option of praline.conf with its help and default, from the code itself."""
import textwrap

from cliff import command

from praline_common import config
from praline_common import service as services

HEAD = '# Every option of praline.conf, with its default.  Written by `praline config sample`.\n'


class Sample(command.Command):
    """Print a praline.conf that sets nothing and explains everything."""

    def take_action(self, args):
        self.app.stdout.write(text(services.installed().values()))


def text(parts):
    """The whole file, for these services."""
    groups = {'DEFAULT': config.COMMON, 'rpc': config.RPC, 'tokens': config.TOKENS}
    for part in parts:
        groups[part.name] = [config.database_option(part.name), *part.options]
    return HEAD + ''.join(_group(name, options) for name, options in groups.items())


def _group(name, options):
    return '\n[%s]\n' % name + ''.join(_option(option) for option in sorted(options, key=lambda one: one.name))


def _option(option):
    lines = textwrap.wrap(option.help, 100)
    choices = getattr(option.type, 'choices', None)
    if choices:
        lines.append('One of: %s.' % ', '.join(str(choice or "''") for choice in choices))
    setting = '#%s = %s' % (option.dest, _shown(option.default))
    return '\n%s\n%s\n' % ('\n'.join('# ' + line for line in lines), setting.rstrip())


def _shown(value):
    if isinstance(value, (list, tuple)):
        return ','.join(map(str, value))
    if isinstance(value, dict):
        return ','.join('%s:%s' % pair for pair in value.items())
    return '' if value is None else str(value).lower() if isinstance(value, bool) else value
