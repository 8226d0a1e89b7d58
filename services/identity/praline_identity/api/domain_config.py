# SPDX-License-Identifier: Apache-2.0
"""/v3/domains/{id}/config: options that a domain has of its own, and the defaults of all of them."""
from praline_common.api.rest import Reply, operation
from praline_identity import domain_options
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.api.services import no_target
from praline_identity.db import domain_config
from praline_identity.db import domains
from praline_identity.domain_options import DEFAULTS, HIDDEN
from praline_identity.sealing import Sealer

BODY = {'type': 'object', 'required': ['config'], 'properties': {'config': {'type': 'object', 'minProperties': 1}}}
_COMPLIANCE = ('password_regex', 'password_regex_description')


def _read_rule(req, domain_id, group=None, *rest):
    return 'identity:get_%sdomain_config' % ('security_compliance_' if group == 'security_compliance' else '')


class _Config(Resource):

    def __init__(self, runtime):
        super().__init__(runtime)
        self.sealer = runtime.shared(Sealer)

    def given(self, config):
        """The config to keep: every group and option may be set for a domain, and what is secret is sealed."""
        config = _known(config)
        for group, options in config.items():
            domain_options.read(group, options)
        return {group: {option: self._kept(group, option, value) for option, value in options.items()}
                for group, options in config.items()}

    def _kept(self, group, option, value):
        if option in HIDDEN.get(group, ()) and value is not None:
            return {'sealed': self.sealer.seal(value)}
        return value

    def stored(self, domain_id, group=None, option=None):
        """{'config': ...} as far as it is asked for; NotFound when the domain has no such option."""
        if group == 'security_compliance':
            return {'config': _part(group, option, {name: self.options[name] or None for name in _COMPLIANCE})}
        with self.db.read() as conn:
            domains.get(conn, domain_id)
            found = domain_config.get(conn, domain_id)
        found = {name: {key: value for key, value in options.items() if key not in HIDDEN.get(name, ())}
                 for name, options in found.items()}
        if group is None:
            if not found:
                raise _missing('any options', domain_id)
            return {'config': found}
        if group not in found:
            raise _missing('group %s' % group, domain_id)
        return {'config': _part(group, option, found[group], domain_id)}


class DomainConfig(_Config):
    """/v3/domains/{id}/config"""

    @operation('identity:get_domain_config', rules.ADMIN_OR_SYSTEM_READER, target=no_target)
    def get_all(self, req, domain_id):
        return self.stored(domain_id)

    @operation('identity:create_domain_config', rules.ADMIN, target=no_target, body=BODY)
    def put_all(self, req, domain_id, body):
        config = self.given(body['config'])
        with self.db.write() as conn:
            domains.get(conn, domain_id)
            status = 200 if domain_config.get(conn, domain_id) else 201
            domain_config.delete(conn, domain_id)
            domain_config.put(conn, domain_id, config)
        return Reply(self.stored(domain_id), status=status)

    @operation('identity:update_domain_config', rules.ADMIN, target=no_target, body=BODY)
    def patch_all(self, req, domain_id, body):
        config = self.given(body['config'])
        self.stored(domain_id)
        with self.db.write() as conn:
            domain_config.put(conn, domain_id, config)
        return self.stored(domain_id)

    @operation('identity:delete_domain_config', rules.ADMIN, target=no_target, status=204)
    def delete_all(self, req, domain_id):
        with self.db.write() as conn:
            domains.get(conn, domain_id)
            domain_config.delete(conn, domain_id)


class DomainConfigGroup(_Config):
    """/v3/domains/{id}/config/{group} and its options"""

    def __init__(self, runtime):
        super().__init__(runtime)
        self.policy.register('identity:get_security_compliance_domain_config', rules.ANYONE)

    @operation('identity:get_domain_config', rules.ADMIN_OR_SYSTEM_READER, target=no_target, rule=_read_rule)
    def get_all(self, req, domain_id, group):
        return self.stored(domain_id, group)

    @operation('identity:update_domain_config', rules.ADMIN, target=no_target, body=BODY)
    def patch_all(self, req, domain_id, group, body):
        config = self.given(body['config'])
        if set(config) != {group}:
            raise errors.Forbidden('Invalid domain specific configuration: the group of the request is %s, that of '
                                   'the path %s' % (', '.join(config), group))
        self.stored(domain_id, group)
        with self.db.write() as conn:
            domain_config.put(conn, domain_id, config)
        return self.stored(domain_id)

    @operation('identity:delete_domain_config', rules.ADMIN, target=no_target, status=204)
    def delete_all(self, req, domain_id, group):
        self.stored(domain_id, group)
        with self.db.write() as conn:
            domain_config.delete(conn, domain_id, group)

    @operation('identity:get_domain_config', rules.ADMIN_OR_SYSTEM_READER, target=no_target, rule=_read_rule)
    def get_one(self, req, domain_id, group, option):
        return self.stored(domain_id, group, option)

    @operation('identity:update_domain_config', rules.ADMIN, target=no_target, body=BODY)
    def patch(self, req, domain_id, group, option, body):
        if set(body['config']) != {option}:
            raise errors.Forbidden('Invalid domain specific configuration: the option of the path is %s' % option)
        config = self.given({group: body['config']})
        self.stored(domain_id, group, option)
        with self.db.write() as conn:
            domain_config.put(conn, domain_id, config)
        return self.stored(domain_id)

    @operation('identity:delete_domain_config', rules.ADMIN, target=no_target, status=204)
    def delete(self, req, domain_id, group, option):
        self.stored(domain_id, group, option)
        with self.db.write() as conn:
            domain_config.delete(conn, domain_id, group, option)


class ConfigDefaults(Resource):
    """/v3/domains/config/default, /config/{group}/default, /config/{group}/{option}/default"""

    @operation('identity:get_domain_config_default', rules.ADMIN_OR_SYSTEM_READER)
    def get_all(self, req, group=None, option=None):
        if group is None:
            return {'config': DEFAULTS}
        if group not in DEFAULTS:
            raise _unsupported('group %s' % group)
        if option is not None and option not in DEFAULTS[group]:
            raise _unsupported('option %s in group %s' % (option, group))
        return {'config': _part(group, option, DEFAULTS[group])}


def _part(group, option, options, domain_id=''):
    if option is None:
        return {group: options}
    if option not in options:
        raise _missing('option %s in group %s' % (option, group), domain_id)
    return {option: options[option]}


def _known(config):
    """The config, when every group and option of it may be set for a domain."""
    for group, options in config.items():
        if group not in DEFAULTS:
            raise _unsupported('group %s' % group)
        if not isinstance(options, dict) or not options:
            raise errors.Forbidden('Invalid domain specific configuration: group %s has no options' % group)
        for option in options:
            if option not in DEFAULTS[group] and option not in HIDDEN.get(group, ()):
                raise _unsupported('option %s in group %s' % (option, group))
    return config


def _missing(what, domain_id):
    return errors.NotFound('Could not find %s in domain configuration for domain %s.' % (what, domain_id))


def _unsupported(what):
    return errors.Forbidden('Invalid domain specific configuration: %s is not supported for domain specific '
                            'configurations' % what)
