# SPDX-License-Identifier: Apache-2.0
"""`praline config deploy`: units and configuration with which systemd, uWSGI, nginx or Apache run this cloud."""
import glob
import os
import pwd
import sys
from urllib.parse import urlsplit

from cliff import command

from praline_common import config
from praline_common import service as services
from praline_common.cli import layout
from praline_common.cli import state as states
from praline_common.cli import templates

NEXT = """\
Next, as root:
  cp %(units)s/*.service /etc/systemd/system/ && systemctl daemon-reload
  systemctl enable --now %(names)s
"""


class Deploy(command.Command):
    """Write systemd units and nginx and Apache configuration for this cloud; what they run stays in its state."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('directory', help='where to write nginx/, apache/ and systemd/')
        return parser

    def take_action(self, args):
        state = states.State(self.app.options.state)
        state.require()
        conf = config.load(state.config, services.installed().values())
        distributed = not conf.rpc.transport_url.startswith('inprocess')
        values = _values(state, conf)
        for name in _names(distributed):
            path = os.path.join(args.directory, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            states.write(path, templates.fill(name, **values), mode=0o644)
            self.app.stdout.write(path + '\n')
        if distributed:
            for mount, service in layout.MOUNTS.items():
                states.write(state.path('etc', mount + '.ini'), templates.service(state, mount, service))
        units = ' '.join(['praline-api@%s' % mount for mount in layout.MOUNTS] + ['praline-worker', 'praline-agent'])
        self.app.stdout.write(NEXT % {'units': os.path.join(args.directory, 'systemd'),
                                      'names': units if distributed else 'praline'})


def _names(distributed):
    """Templates for the profile, by their names under deploy/."""
    if not distributed:
        return ['systemd/praline.service']
    found = glob.glob('systemd/praline-*.in', root_dir=os.path.join(templates.checkout(), 'deploy'))
    return ['nginx/praline.conf', 'apache/praline.conf', *(name.removesuffix('.in') for name in sorted(found))]


def _values(state, conf):
    return {'VENV': sys.prefix, 'STATE': state.root, 'RUN': state.path('run'), 'CHECKOUT': templates.checkout(),
            'PORT': urlsplit(conf.base_url).port, 'USER': pwd.getpwuid(os.stat(state.root).st_uid).pw_name}
