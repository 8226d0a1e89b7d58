# SPDX-License-Identifier: Apache-2.0
"""Who may do what: oslo.policy with a memo, asked about the loaded object.

The constants are the personas of OpenStack's consistent default policies; operations name one
of them, or their own check string.  policy.json overrides any of them by the operation's name.
"""
import json
import os
import re

from oslo_config import cfg
from oslo_policy import opts
from oslo_policy import policy

from praline_common import errors
from praline_common import shortcuts

ANYONE = '@'
NOBODY = '!'
ADMIN = 'role:admin'
SERVICE = 'role:service or role:admin'
MANAGER = 'role:admin or (role:manager and project_id:%(project_id)s)'
MEMBER = 'role:admin or ((role:member or role:manager) and project_id:%(project_id)s)'
READER = 'role:admin or ((role:reader or role:member or role:manager) and project_id:%(project_id)s)'
PROJECT = 'role:admin or project_id:%(project_id)s'
OWNER = 'role:admin or user_id:%(user_id)s'

# A rule made only of these words is decided by the roles, the scope and whether these pairs are equal.
_COMPARED = re.compile(r'\b(user_id|project_id|domain_id|project_domain_id):%\(([\w.]+)\)s')
_SETTLED = re.compile(r'\b(role:[\w-]+|system_scope:all|is_admin:(True|1)|and|or|not)\b|[()@! ]')


class Scoped(str):
    """A check string that is asked only of tokens with one of `scopes`; others are refused, also under an override.

    scopes: of 'system', 'domain' and 'project', which tokens without a scope count as.  Joined with other words it
    is a plain string, for every scope.
    """

    def __new__(cls, check, *scopes):
        made = super().__new__(cls, check)
        made.scopes = scopes
        return made


class Policy:
    """The rules of one service.  `register` each operation's default, then ask `allows`/`require`.

    scopes: of tokens that may be asked about at all, where a rule does not say; None: every scope.
    """

    scopes = None

    def __init__(self, overrides_path=None):
        conf = cfg.ConfigOpts()
        conf([], project='praline', default_config_files=[])
        opts.set_defaults(conf, policy_file=overrides_path or 'policy.json')
        self._enforcer = policy.Enforcer(conf, policy_file=overrides_path, use_conf=False)
        self._overrides = _read(overrides_path)
        self._memo = {}
        self._compared = {}
        self._scopes = {}

    def register(self, name, check, description=''):
        """Declare a rule; an override of the same name in policy.json replaces the default."""
        if name in self._enforcer.registered_rules:
            return
        if isinstance(check, Scoped):
            self._scopes[name] = check.scopes
        check = str(self._overrides.get(name, check))
        self._enforcer.register_default(policy.RuleDefault(name, check, description))
        self._enforcer.rules.setdefault(name, policy.RuleDefault(name, check).check)
        if not _SETTLED.sub('', _COMPARED.sub('', check)):
            self._compared[name] = sorted(set(_COMPARED.findall(check)))

    @property
    def overridden(self):
        """The names that policy.json gives, of every service's rules."""
        return set(self._overrides)

    def rules(self):
        """{name: check string}, as in force."""
        return {name: str(rule.check) for name, rule in self._enforcer.registered_rules.items()}

    def allows(self, context, name, target):
        """Whether this context may do `name` on `target` (a dict with project_id, user_id, ...)."""
        scopes = self._scopes.get(name, self.scopes)
        if scopes is not None and scope(context) not in scopes:
            return False
        pairs = self._compared.get(name)
        if pairs is None or shortcuts.avoided():
            return self._ask(context, name, target)
        key = (name, tuple(context.roles), context.system_scope, context.is_admin,
               *[_same(getattr(context, mine), target.get(theirs)) for mine, theirs in pairs])
        answer = self._memo.get(key)
        if answer is None:
            if len(self._memo) > 10000:
                self._memo.clear()
            answer = self._memo[key] = self._ask(context, name, target)
        return answer

    def require(self, context, name, target):
        if not self.allows(context, name, target):
            raise errors.Forbidden("Policy doesn't allow %s to be performed." % name, policy=name)

    def _ask(self, context, name, target):
        creds = {'roles': list(context.roles), 'user_id': context.user_id, 'project_id': context.project_id,
                 'domain_id': context.domain_id, 'system_scope': context.system_scope,
                 'project_domain_id': context.project_domain_id,
                 'is_admin': context.is_admin}
        # Without its Nones: oslo.policy would find a missing owner equal to a missing user.
        known = {key: value for key, value in target.items() if value is not None}
        return bool(self._enforcer.enforce(name, known, creds))


def scope(context):
    """'system', 'domain' or 'project', which tokens without a scope count as."""
    return 'system' if context.system_scope else 'domain' if context.domain_id else 'project'


def strangers(policies):
    """Names in policy.json that are no rule of these services, though what stands before their colon is theirs.

    Names without a colon are several services' way: they are judged when more than one service is here.
    """
    known = {name for one in policies for name in one.rules()}
    kinds = {_kind(name) for name in known} - ({''} if len(policies) < 2 else set())
    return sorted(name for name in {name for one in policies for name in one.overridden}
                  if name not in known and _kind(name) in kinds)


def _kind(name):
    return name.rpartition(':')[0].partition(':')[0]


def _same(mine, theirs):
    return theirs is not None and mine == theirs


def _read(path):
    if not path or not os.path.exists(path):
        return {}
    with open(path) as file:
        return json.load(file)
