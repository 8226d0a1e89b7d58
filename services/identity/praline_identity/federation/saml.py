# SPDX-License-Identifier: Apache-2.0
"""SAML 2 assertions about our users for other clouds, signed by xmlsec1, and the metadata by which those know us.

Import it only where [identity] saml_entity_id is set: pysaml2 is large, and need not be there otherwise.
"""
import datetime
import uuid

import saml2
from saml2 import client_base
from saml2 import md
from saml2 import saml
from saml2 import samlp
from saml2 import sigver
from saml2 import xmldsig
from saml2.profile import ecp as profile
from saml2.schema import soapenv

from praline_common import errors
from praline_identity.federation import saml_keys

_ASSERTION = saml.Assertion.c_namespace + ':Assertion'


class Writer:
    """options: those of identity; state: the directory whose keys/saml holds the key and certificate."""

    def __init__(self, options, state):
        self._issuer, self._endpoint = options.saml_entity_id, options.saml_sso_endpoint
        self._seconds = options.saml_assertion_seconds
        self._path = saml_keys.ensure(state)
        self._certificate = saml_keys.certificate(self._path)

    def response(self, recipient, attributes):
        """Bytes of a Response for the service provider at `recipient`; attributes: {name: [text]}, the first the user."""
        assertion_id = _new_id()
        return self._signed(self._response(assertion_id, recipient, attributes), assertion_id)

    def ecp(self, recipient, attributes, relay_state_prefix):
        """The same in a SOAP envelope, for clients without a browser."""
        assertion_id = _new_id()
        relay = profile.RelayState(actor=client_base.ACTOR, must_understand='1',
                                   text=relay_state_prefix + uuid.uuid4().hex)
        header, body = soapenv.Header(), soapenv.Body()
        header.extension_elements = [saml2.element_to_extension_element(relay)]
        body.extension_elements = [saml2.element_to_extension_element(
            self._response(assertion_id, recipient, attributes))]
        return self._signed(soapenv.Envelope(header=header, body=body), assertion_id)

    def metadata(self):
        """Bytes of the document by which a service provider comes to trust us."""
        key = xmldsig.KeyInfo(x509_data=xmldsig.X509Data(x509_certificate=xmldsig.X509Certificate(
            text=self._certificate)))
        role = md.IDPSSODescriptor(
            protocol_support_enumeration=samlp.NAMESPACE, key_descriptor=md.KeyDescriptor(key_info=key, use='signing'),
            single_sign_on_service=md.SingleSignOnService(binding=saml2.BINDING_URI, location=self._endpoint),
            name_id_format=md.NameIDFormat(text=saml.NAMEID_FORMAT_TRANSIENT))
        return str(md.EntityDescriptor(entity_id=self._issuer, idpsso_descriptor=role)).encode()

    def _response(self, assertion_id, recipient, attributes):
        now = datetime.datetime.now(datetime.timezone.utc)
        ends = _moment(now + datetime.timedelta(seconds=self._seconds))
        confirmation = saml.SubjectConfirmation(
            method=saml.SCM_BEARER, subject_confirmation_data=saml.SubjectConfirmationData(
                recipient=recipient, not_on_or_after=ends))
        user = next(iter(attributes.values()))[0]
        assertion = saml.Assertion(
            id=assertion_id, version='2.0', issue_instant=_moment(now), issuer=self._named(),
            signature=sigver.pre_signature_part(assertion_id, self._certificate, None, xmldsig.DIGEST_SHA256,
                                                xmldsig.SIG_RSA_SHA256),
            subject=saml.Subject(name_id=saml.NameID(text=user), subject_confirmation=confirmation),
            authn_statement=self._statement(now, ends), attribute_statement=_attributes(attributes))
        status = samlp.Status(status_code=samlp.StatusCode(value=samlp.STATUS_SUCCESS))
        return samlp.Response(id=_new_id(), version='2.0', issue_instant=_moment(now), destination=recipient,
                              issuer=self._named(), status=status, assertion=assertion)

    def _named(self):
        return saml.Issuer(format=saml.NAMEID_FORMAT_ENTITY, text=self._issuer)

    def _statement(self, now, ends):
        context = saml.AuthnContext(
            authn_context_class_ref=saml.AuthnContextClassRef(text=saml.AUTHN_PASSWORD),
            authenticating_authority=saml.AuthenticatingAuthority(text=self._issuer))
        return saml.AuthnStatement(authn_instant=_moment(now), session_index=uuid.uuid4().hex,
                                   session_not_on_or_after=ends, authn_context=context)

    def _signed(self, document, assertion_id):
        """The text with the assertion's signature in it; nothing may be written anew after that."""
        try:
            program = sigver.CryptoBackendXmlSec1('xmlsec1')
            return program.sign_statement(str(document), _ASSERTION, self._path, assertion_id).encode()
        except FileNotFoundError:
            raise errors.Unavailable('xmlsec1 is not installed here: assertions cannot be signed') from None
        except sigver.SigverError as error:
            raise errors.Unavailable('xmlsec1 does not sign with %s: %s' % (self._path, type(error).__name__)) from None


def _attributes(attributes):
    return saml.AttributeStatement(attribute=[
        saml.Attribute(name=name, attribute_value=[saml.AttributeValue(text=text) for text in texts])
        for name, texts in attributes.items() if texts])


def _new_id():
    """An XML id begins with a letter."""
    return 'a' + uuid.uuid4().hex


def _moment(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')
