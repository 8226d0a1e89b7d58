# SPDX-License-Identifier: Apache-2.0
"""Makes and reads the keys that users log in with: SSH public keys and X.509 certificates."""
import base64
import datetime
import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from praline_common import errors


def fingerprint(kind, public_key):
    """'aa:bb:...' of a public key of this kind ('ssh' or 'x509').  BadRequest when it is none."""
    if kind == 'x509':
        try:
            certificate = x509.load_pem_x509_certificate(public_key.encode())
        except ValueError as error:
            raise errors.BadRequest('Keypair data is invalid: failed to generate X509 fingerprint: %s'
                                    % error) from None
        return _colons(certificate.fingerprint(hashes.SHA1()))
    try:
        blob = base64.b64decode(public_key.split()[1], validate=True)
        serialization.load_ssh_public_key(public_key.strip().encode())
    except (IndexError, ValueError, UnsupportedAlgorithm) as error:
        raise errors.BadRequest('Keypair data is invalid: failed to generate fingerprint: %s' % error) from None
    return _colons(hashlib.md5(blob, usedforsecurity=False).digest())


def generate(kind, user_id):
    """(private key as PEM, public key) of a new pair; an x509 public key is a self-signed certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption()).decode()
    if kind == 'x509':
        return private, _certificate(key, user_id)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private, public.decode() + ' Generated-by-Praline'


def _certificate(key, user_id):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, user_id[:64])])
    now = datetime.datetime.now(datetime.timezone.utc)
    upn = x509.OtherName(x509.ObjectIdentifier('1.3.6.1.4.1.311.20.2.3'), _utf8('%s@localhost' % user_id[:64]))
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=3650))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([upn]), critical=False)
            .sign(key, hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _utf8(text):
    """DER of a UTF8String shorter than 128 bytes."""
    data = text.encode()
    return bytes((0x0c, len(data))) + data


def _colons(digest):
    return ':'.join('%02x' % byte for byte in digest)
