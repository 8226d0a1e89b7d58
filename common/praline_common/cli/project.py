# SPDX-License-Identifier: Apache-2.0
"""`praline project delete|restore|list`: the end of a project in every service, and the way back."""
import re
import sys
import urllib.parse

from cliff import command
from cliff import lister
from keystoneauth1 import exceptions

from praline_common import errors
from praline_common.cli import state as states

_UNITS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}
_BYTES = ('bytes', 'KiB', 'MiB', 'GiB', 'TiB')


class Cloud:
    """Identity's API as the administrator of this state directory."""

    def __init__(self, root):
        state = states.State(root)
        state.require()
        self._session, self.base = state.session(), state.cloud()['auth']['auth_url'].removesuffix('/v3')

    def ask(self, verb, path, body=None):
        """The JSON of the answer, None where there is none.  NotFound; Error for whatever else identity refuses."""
        try:
            answer = self._session.request(self.base + path, verb, json=body)
        except exceptions.ConnectFailure:
            raise errors.Unavailable('the cloud does not answer at %s; start it with `praline up`' % self.base) from None
        except exceptions.NotFound as error:
            raise errors.NotFound(error.message) from None
        except exceptions.HttpError as error:
            raise errors.Error(error.message) from None
        return answer.json() if answer.content else None

    def project(self, name):
        """The project of this id, or the only one of this name.  NotFound, Conflict."""
        quoted = urllib.parse.quote(name, safe='')
        found = self.ask('GET', '/v3/projects?name=' + quoted)['projects']
        if not found:
            try:
                return self.ask('GET', '/v3/projects/' + quoted)['project']
            except errors.NotFound:
                raise errors.NotFound('there is no project %s' % name) from None
        if len(found) > 1:
            raise errors.Conflict('%d projects are called %s; name one by its id: %s'
                                  % (len(found), name, ', '.join(project['id'] for project in found)))
        return found[0]


class Delete(command.Command):
    """Disable a project now, and delete it with all it has in every service when the undo window is over."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('project', help='name or id')
        parser.add_argument('--preview', action='store_true', help='print what would go, and change nothing')
        parser.add_argument('--yes', action='store_true', help='do not ask')
        when = parser.add_mutually_exclusive_group()
        when.add_argument('--window', metavar='TIME', type=seconds, default=None,
                          help='how long it can be restored: 30m, 24h, 7d (default: [identity] deletion_seconds)')
        when.add_argument('--now', action='store_const', const=0, dest='window', help='delete at once')
        return parser

    def take_action(self, args):
        cloud = Cloud(self.app.options.state)
        project = cloud.project(args.project)
        found = cloud.ask('GET', '/praline/projects/%s/resources' % project['id'])['resources']
        self.app.stdout.write('\n'.join(preview(project, found)) + '\n')
        if args.preview:
            return
        if not args.yes and not self._sure(project):
            self.app.stdout.write('nothing was changed\n')
            return 1
        body = {'project_id': project['id']}
        if args.window is not None:
            body['window'] = args.window
        made = cloud.ask('POST', '/praline/deletions', {'deletion': body})['deletion']
        self.app.stdout.write(told(made) + '\n')

    def _sure(self, project):
        if not sys.stdin.isatty():
            raise errors.BadRequest('nobody can be asked here; say --yes')
        self.app.stdout.write('Delete all of it? Type the name of the project: ')
        self.app.stdout.flush()
        return sys.stdin.readline().strip() in (project['name'], project['id'])


class Restore(command.Command):
    """Bring a project back that waits for its deletion."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('project', help='name or id')
        return parser

    def take_action(self, args):
        cloud = Cloud(self.app.options.state)
        project = cloud.project(args.project)
        cloud.ask('DELETE', '/praline/deletions/' + project['id'])
        self.app.stdout.write('project %s (%s) is as it was\n' % (project['name'], project['id']))


class List(lister.Lister):
    """List the projects, or with --deleted those that wait for their deletion and the time left."""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--deleted', action='store_true', help='only what was deleted and can be restored')
        return parser

    def take_action(self, args):
        cloud = Cloud(self.app.options.state)
        if not args.deleted:
            rows = cloud.ask('GET', '/v3/projects')['projects']
            return ('ID', 'Name', 'Domain', 'Enabled'), [
                (row['id'], row['name'], row['domain_id'], row['enabled']) for row in rows]
        rows = cloud.ask('GET', '/praline/deletions')['deletions']
        return ('ID', 'Name', 'State', 'Time left', 'Cause'), [
            (row['project_id'], row['project_name'], row['state'],
             duration(row['seconds_left']) if row['state'] == 'waiting' else '-', row['cause'] or '') for row in rows]


def preview(project, found):
    """Lines: what goes with the project; service, kind, how many, how much, the first names."""
    yield 'With project %s (%s) go:' % (project['name'], project['id'])
    for entry in found:
        names = [thing['name'] or thing['id'] for thing in entry['things']]
        more = ', ...' if entry['count'] > len(names) > 0 else ''
        yield ('  %-9s %-24s %6d  %-18s %s%s' % (
            entry['service'], entry['kind'].replace('_', ' '), entry['count'], size(entry), ', '.join(names), more)).rstrip()


def size(entry):
    """'3.2 GiB' of bytes, '512 MiB of RAM' of others; '' where size means nothing."""
    if entry['size'] is None:
        return ''
    amount, unit = entry['size'], entry['unit']
    if unit == 'bytes':
        power = min(len(_BYTES) - 1, max(0, (amount.bit_length() - 1) // 10))
        amount, unit = round(amount / 1024 ** power, 1), _BYTES[power]
    return '%g %s' % (amount, unit)


def told(made):
    """One sentence of a deletion that was accepted."""
    if made['state'] == 'waiting':
        return ('project %s is disabled and will be deleted in %s (%s UTC); until then: praline project restore %s'
                % (made['project_name'], duration(made['seconds_left']), made['due_at'][:19], made['project_id']))
    return 'project %s is being deleted; see: praline why %s' % (made['project_name'], made['project_id'])


def seconds(text):
    """Seconds of '90s', '30m', '24h', '7d'.  ValueError otherwise."""
    match = re.fullmatch(r'(\d+)([smhd]?)', text)
    if not match:
        raise ValueError(text)
    return int(match[1]) * _UNITS[match[2] or 's']


def duration(left):
    """'1 d 2 h', '59 min', '12 s'."""
    if left >= 86400:
        return '%d d %d h' % (left // 86400, left % 86400 // 3600)
    if left >= 3600:
        return '%d h %d min' % (left // 3600, left % 3600 // 60)
    return '%d min' % (left // 60) if left >= 60 else '%d s' % left
