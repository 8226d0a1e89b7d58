# SPDX-License-Identifier: Apache-2.0
"""Identity as a SAML 2 identity provider for other clouds: a token of a project becomes a signed assertion."""
import importlib

import orjson

from praline_common.api.rest import Reply, operation
from praline_identity import errors
from praline_identity.api import rules
from praline_identity.api.resource import Resource
from praline_identity.db import groups
from praline_identity.db import service_providers

_ID = {'type': 'object', 'properties': {'id': {'type': 'string'}}, 'required': ['id'], 'additionalProperties': False}


def _of(name, properties, *required):
    return {name: {'type': 'object', 'properties': properties, 'required': [*required], 'additionalProperties': False}}


BODY = {'type': 'object', 'required': ['auth'], 'properties': _of('auth', {
    **_of('identity', {'token': _ID, 'methods': {'type': 'array'}}, 'token'),
    **_of('scope', {'service_provider': _ID}, 'service_provider')}, 'identity', 'scope')}


class _Provider(Resource):

    def writer(self):
        """The federation.saml.Writer of this process, whose libraries are loaded now at the latest."""
        if not self.options.saml_entity_id or not self.options.saml_sso_endpoint:
            raise errors.NotFound('This cloud is no identity provider for others: saml_entity_id and '
                                  'saml_sso_endpoint are not set.')
        return self.runtime.shared(_make_writer)


def _make_writer(runtime):
    try:
        module = importlib.import_module('praline_identity.federation.saml')
    except ModuleNotFoundError as error:
        raise errors.Unavailable('%s is not installed here: SAML assertions need pysaml2' % error.name) from None
    return module.Writer(runtime.options, runtime.conf.state)


class SamlMetadata(_Provider):

    @operation('identity:get_saml2_metadata', rules.ANYONE, public=True)
    def get_all(self, req):
        return Reply(self.writer().metadata(), content_type='text/xml')


class SamlAssertion(_Provider):
    """POST /v3/auth/OS-FEDERATION/saml2; the token in the body is what permits it."""

    @operation('identity:issue_saml2_assertion', rules.ANYONE, public=True, body=BODY)
    def post(self, req, body):
        writer, auth = self.writer(), body['auth']
        with self.db.read() as conn:
            provider = service_providers.get(conn, auth['scope']['service_provider']['id'])
        if not provider['enabled']:
            raise errors.Forbidden('Service Provider %s is disabled' % provider['id'])
        checked = self.tokens.check(auth['identity']['token']['id'])
        if checked.payload.scope[0] != 'project':
            raise errors.forbidden_action('Use a project scoped token when attempting to create a SAML assertion')
        return Reply(self.write(writer, provider, self._attributes(checked)), content_type='text/xml', headers={
            'X-sp-url': provider['sp_url'], 'X-auth-url': provider['auth_url']})

    def write(self, writer, provider, attributes):
        return writer.response(provider['sp_url'], attributes)

    def _attributes(self, checked):
        body, payload = checked.body, checked.payload
        found = {'openstack_user': [body['user']['name']],
                 'openstack_roles': [role['name'] for role in body['roles']],
                 'openstack_project': [body['project']['name']],
                 'openstack_project_domain': [body['project']['domain']['name']],
                 'openstack_user_domain': [body['user']['domain']['name']]}
        # What was lent is roles; groups could mean more than those over there.
        if not (payload.trust_id or payload.application_credential_id or payload.access_token_id):
            with self.db.read() as conn:
                named = groups.named(conn, body['user']['id'], payload.group_ids)
            found['openstack_groups'] = ['JSON:' + orjson.dumps(
                {'name': name, 'domain': {'name': domain}}).decode() for name, domain in named]
        return found


class SamlEcp(SamlAssertion):
    """POST /v3/auth/OS-FEDERATION/saml2/ecp"""

    def write(self, writer, provider, attributes):
        return writer.ecp(provider['sp_url'], attributes, provider['relay_state_prefix'])
