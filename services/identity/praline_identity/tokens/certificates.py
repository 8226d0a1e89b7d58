# SPDX-License-Identifier: Apache-2.0
"""Client certificates as the web server hands them over: whom they name, and the thumbprint that binds a token."""
import base64
import hashlib
import ssl
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

METHOD = 'oauth2_credential'
_BEGIN = '-----BEGIN '


class Certificate:
    """attributes: {'SSL_CLIENT_SUBJECT_DN_CN': text, ...} of subject and issuer, as mappings name them.

    ValueError when the text is no certificate: PEM, as it is or percent-encoded, or the base64 of DER.
    """

    def __init__(self, text):
        text = urllib.parse.unquote(text).strip()
        if text.startswith(_BEGIN):
            parsed = x509.load_pem_x509_certificate(text.encode())
        else:
            parsed = x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
        self.attributes = {**_named('SUBJECT', parsed.subject), **_named('ISSUER', parsed.issuer)}
        self.thumbprint = _thumbprint(parsed.public_bytes(Encoding.DER))


def of(environ, name):
    """The text of the client's certificate that the web server verified, or None."""
    if not name or environ.get('SSL_CLIENT_VERIFY', 'SUCCESS') != 'SUCCESS':
        return None
    return environ.get(name) or None


def _named(whose, distinguished_name):
    found = {}
    for attribute in distinguished_name:
        word = attribute.rfc4514_attribute_name
        if attribute.oid == x509.NameOID.EMAIL_ADDRESS:
            word = 'EMAILADDRESS'
        # A mapping would read it as several values, of which one may be somebody else's.
        if not isinstance(attribute.value, str) or ';' in attribute.value:
            raise ValueError('the certificate has a %s that cannot be mapped' % word)
        found['SSL_CLIENT_%s_DN_%s' % (whose, word.upper())] = attribute.value
    return found


def _thumbprint(der):
    """As keystonemiddleware makes it: the hash is that of the PEM text."""
    digest = hashlib.sha256(ssl.DER_cert_to_PEM_cert(der).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
