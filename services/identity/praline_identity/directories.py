# SPDX-License-Identifier: Apache-2.0
"""Which domains keep their users and groups in a directory of their own, and what is known of those here.

A domain has a directory when its configuration (the API's, over the files in domain_config_dir) says
identity.driver=ldap.  What is read of one user or group is kept in rows (db/mirror.py) for directory_seconds;
lists of a domain are always the directory's own.
"""
import configparser
import dataclasses
import glob
import importlib
import os
import threading

from praline_identity import clock
from praline_identity import domain_options
from praline_identity import errors
from praline_identity.db import domain_config
from praline_identity.db import id_mappings
from praline_identity.db import mirror
from praline_identity.db import projects
from praline_identity.db import revision
from praline_identity.db import users
from praline_identity.sealing import Sealer

_DRIVERS = {'ldap': 'praline_identity.drivers.ldap.directory'}


class Directories:
    """One a process.  Whatever a directory does not answer is Unavailable, for its domain only."""

    def __init__(self, runtime):
        self.db, self._options = runtime.db, runtime.options
        self._sealer, self._lock = runtime.shared(Sealer), threading.Lock()
        self._revision = revision.Reader(runtime.db).read
        self._files = _files(runtime.options.domain_config_dir)
        self._known, self._number = {}, None

    def of(self, domain_id):
        """The Domain whose users a directory keeps, or None when they live here (or there is no such domain)."""
        number = self._revision()
        if number != self._number:
            self._load(number)
        return self._known.get(domain_id)

    def refuse_write(self, domain_id):
        """Forbidden for a domain whose users and groups cannot be changed here."""
        if self.of(domain_id) is not None:
            raise errors.Forbidden('LDAP does not support write operations')

    def freshen(self, *ids):
        """Bring the rows of these users and groups up to date where they are a directory's; others cost nothing."""
        for public_id in ids:
            if self.mapped(public_id):
                self._freshen(public_id)

    @staticmethod
    def mapped(public_id):
        """Whether this may be the id of something in a directory; those that live here have shorter ones."""
        return isinstance(public_id, str) and len(public_id) == id_mappings.SIZE

    @property
    def oldest(self):
        """Rows that were read from a directory before this moment have to be read again."""
        return clock.now() - int(self._options.directory_seconds * clock.SECOND)

    def for_login(self, user_id=None, name=None, domain_id=None, domain_name=None):
        """users.for_login's row; of a directory's user as it is there now, with its `entry`; None if unknown."""
        if user_id is None:
            domain = self._named(domain_id, domain_name)
            if domain is not None:
                return self._for_login(domain, domain.directory.user_by_name(name))
        elif self.mapped(user_id):
            domain, mapping = self._mapping(user_id)
            if mapping is not None:
                return domain and self._for_login(domain, domain.directory.user(mapping['local_id']))
        with self.db.read() as conn:
            return users.for_login(conn, user_id, name, domain_id, domain_name)

    def check_password(self, user, password):
        """Refused unless the directory lets a for_login row with an entry in."""
        domain = self.of(user['domain_id'])
        if domain is None or not isinstance(password, str) or not domain.directory.check_password(
                user['entry'], password):
            raise errors.Refused()

    def _for_login(self, domain, entry):
        if entry is None:
            return None
        user_id = domain.keep_user(entry)
        with self.db.read() as conn:
            return {**users.for_login(conn, user_id), 'entry': entry}

    def _named(self, domain_id, domain_name):
        """The Domain with a directory of this id or name, or None."""
        self.of(None)
        if not self._known:
            return None
        if not domain_id:
            with self.db.read() as conn:
                found = projects.domain_by_name(conn, domain_name)
            domain_id = found and found['id']
        return self._known.get(domain_id)

    def _freshen(self, public_id):
        with self.db.read() as conn:
            exists, seen = mirror.seen(conn, public_id)
        if exists and (seen is None or self.oldest < seen <= clock.now()):
            return
        domain, mapping = self._mapping(public_id)
        if mapping is None:
            return
        kind, local_id = mapping['kind'], mapping['local_id']
        entry = None
        if domain is not None:
            entry = domain.directory.user(local_id) if kind == 'user' else domain.directory.group(local_id)
        if entry is None:
            with self.db.write() as conn:
                mirror.gone(conn, kind, public_id)
        elif kind == 'user':
            domain.keep_user(entry)
        else:
            domain.keep_group(entry)

    def _mapping(self, public_id):
        """(its Domain or None, its mapping or None)."""
        with self.db.read() as conn:
            mapping = id_mappings.get(conn, public_id)
        return (self.of(mapping['domain_id']), mapping) if mapping else (None, None)

    def _load(self, number):
        """Read which domains have what directory; those whose options are as before stay as they are."""
        with self._lock, self.db.read() as conn:
            wanted = domain_config.all(conn)
            for name, config in self._files.items():
                found = projects.domain_by_name(conn, name)
                if found:
                    own = wanted.get(found['id'], {})
                    wanted[found['id']] = {group: {**config.get(group, {}), **own.get(group, {})}
                                           for group in {*config, *own}}
            known = {}
            for domain_id, config in wanted.items():
                domain = self._domain(domain_id, config)
                if domain is not None:
                    known[domain_id] = domain
            # The old ones are not closed: requests may still be using them.  They go with the last of those.
            self._known, self._number = known, number

    def _domain(self, domain_id, config):
        before = self._known.get(domain_id)
        if before is not None and before.config == config:
            return before
        driver = config.get('identity', {}).get('driver', 'sql')
        return Domain(self, domain_id, config) if driver in _DRIVERS else None

    def build(self, domain_id, config):
        """The driver of a domain with this configuration."""
        given = dict(config.get('ldap', {}))
        if isinstance(given.get('password'), dict):
            given['password'] = self._sealer.open(given['password']['sealed'])
        settings = domain_options.read('ldap', given)
        try:
            module = importlib.import_module(_DRIVERS['ldap'])
        except ModuleNotFoundError as error:
            raise errors.Unavailable('Domain %s uses LDAP and the Python package %s is not installed: see docs/ldap.md'
                                     % (domain_id, error.name)) from None
        return module.Directory(domain_id, settings, self._options.directory_timeout)


class Domain:
    """One domain with a directory: its entries as rows like those of db/users.py and db/groups.py."""

    def __init__(self, directories, domain_id, config):
        self.id, self.config = domain_id, config
        self._owner, self._db, self._lock = directories, directories.db, threading.Lock()
        self._directory = None

    @property
    def directory(self):
        """The driver, made at its first use."""
        with self._lock:
            if self._directory is None:
                self._directory = self._owner.build(self.id, self.config)
        return self._directory

    def fit(self, page):
        """The Page of Resource.page cut to the list_limit of the domain."""
        limit = domain_options.read('identity', self.config.get('identity', {})).list_limit
        return dataclasses.replace(page, limit=min(page.limit, limit + 1)) if limit else page

    def users(self, asked):
        _check(asked)
        return self._users(self.directory.users(asked))

    def groups(self, asked):
        found = self.directory.groups(asked)
        ids = self._ids('group', found)
        return [{'id': ids[entry['local_id']], 'domain_id': self.id, **_group(entry)} for entry in found]

    def members(self, group_id, asked):
        """The users of a group (by public id) that match."""
        _check(asked)
        with self._db.read() as conn:
            mapping = id_mappings.get(conn, group_id)
        group = mapping and self.directory.group(mapping['local_id'])
        if group is None:
            raise errors.NotFound('Could not find group: %s.' % group_id)
        return self._users(self.directory.members(group, asked))

    def keep_user(self, entry):
        """Its row and those of its groups as the directory says now; the public id."""
        found = self.directory.groups_of(entry)
        user_id = self._ids('user', [entry])[entry['local_id']]
        ids = self._ids('group', found)
        with self._db.write() as conn:
            mirror.save(conn, 'user', user_id, self.id, _user(entry))
            for group in found:
                mirror.save(conn, 'group', ids[group['local_id']], self.id, _group(group))
            mirror.set_groups(conn, user_id, ids.values())
        return user_id

    def keep_group(self, entry):
        group_id = self._ids('group', [entry])[entry['local_id']]
        with self._db.write() as conn:
            mirror.save(conn, 'group', group_id, self.id, _group(entry))
        return group_id

    def _users(self, found):
        ids = self._ids('user', found)
        return [{'id': ids[entry['local_id']], 'domain_id': self.id, 'options': {}, 'password_expires_at': None,
                 **_user(entry)} for entry in found]

    def _ids(self, kind, entries):
        """{local id: public id}; a write only when there are new ones."""
        local_ids = list(dict.fromkeys(entry['local_id'] for entry in entries))
        with self._db.read() as conn:
            found = id_mappings.known(conn, self.id, kind, local_ids)
        if len(found) == len(local_ids):
            return found
        with self._db.write() as conn:
            return id_mappings.ensure(conn, self.id, kind, local_ids)


def _check(asked):
    """BadRequest for what a list of users refuses everywhere."""
    if asked.get('password_expires_at'):
        users.expiry(asked['password_expires_at'])


def _user(entry):
    return {name: entry[name] for name in ('name', 'enabled', 'default_project_id', 'extra')}


def _group(entry):
    return {name: entry[name] for name in ('name', 'description', 'extra')}


def _files(directory):
    """{domain name: {group: {option: text}}} of the files <anything>.<domain name>.conf in a directory."""
    found = {}
    for path in sorted(glob.glob(os.path.join(directory, '*.*.conf'))) if directory else ():
        parser = configparser.ConfigParser(interpolation=None)
        with open(path) as file:
            parser.read_file(file)
        name = os.path.basename(path).partition('.')[2][:-len('.conf')]
        found[name] = {group: dict(parser[group]) for group in domain_options.DEFAULTS if group in parser}
    return found
