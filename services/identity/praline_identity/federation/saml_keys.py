# SPDX-License-Identifier: Apache-2.0
"""The key that signs SAML assertions and its certificate: <state>/keys/saml/identity.pem, both in one file, 0600.

It is made at its first use, with a certificate of ten years signed by itself, unless the operator put one there.
"""
import contextlib
import datetime
import os
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_YEARS = 10


def ensure(state):
    """The path of the file; whoever comes second takes what the first one made."""
    directory = os.path.join(os.path.abspath(state), 'keys', 'saml')
    path = os.path.join(directory, 'identity.pem')
    if not os.path.exists(path):
        os.makedirs(directory, mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory) as file:
            file.write(_pair())
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path


def certificate(path):
    """The certificate in the file, base64 of its DER without PEM's lines, as XML wants it."""
    with open(path, 'rb') as file:
        found = x509.load_pem_x509_certificate(file.read())
    text = found.public_bytes(serialization.Encoding.PEM).decode()
    return ''.join(line for line in text.splitlines() if not line.startswith('-----'))


def _pair():
    """PEM of a new key and its certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'praline identity')])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(
        x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
        now + datetime.timedelta(days=365 * _YEARS)).sign(key, hashes.SHA256())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()) + made.public_bytes(serialization.Encoding.PEM)
