# SPDX-License-Identifier: Apache-2.0
"""A slapd of our own: its directory, a free port on loopback, and the entries that tests put into it."""
import datetime
import ipaddress
import os
import signal
import socket
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import ldap
from ldap import modlist

SUFFIX = 'dc=example,dc=org'
ADMIN, READER = 'cn=admin,' + SUFFIX, 'cn=reader,' + SUFFIX
SECRET = 'reader-secret'
_CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/slapd.pid
TLSCACertificateFile {home}/ca.pem
TLSCertificateFile {home}/server.pem
TLSCertificateKeyFile {home}/server.key
sizelimit 40
# As careless as a server may be: who gives a DN and no password is let in, as nobody.
allow bind_anon_dn
database mdb
maxsize 67108864
suffix "{suffix}"
rootdn "{admin}"
rootpw secret
directory {home}/data
limits dn.exact="{reader}" size.soft=40 size.hard=40 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * auth
"""


class Slapd:

    def __init__(self, home):
        self.home, self.port, self.tls_port = str(home), _free_port(), _free_port()
        self.url, self.tls_url = 'ldap://127.0.0.1:%d' % self.port, 'ldaps://127.0.0.1:%d' % self.tls_port
        self.ca = os.path.join(self.home, 'ca.pem')
        os.makedirs(os.path.join(self.home, 'data'))
        _make_certificates(self.home)
        with open(os.path.join(self.home, 'slapd.conf'), 'w') as file:
            file.write(_CONFIG.format(home=self.home, suffix=SUFFIX, admin=ADMIN, reader=READER))
        self._process = None

    def start(self):
        with open(os.path.join(self.home, 'slapd.log'), 'ab') as log:
            self._process = subprocess.Popen(
                ['/usr/sbin/slapd', '-d', '0', '-f', os.path.join(self.home, 'slapd.conf'), '-h',
                 '%s %s' % (self.url, self.tls_url)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, 'slapd did not start'
            time.sleep(0.02)

    def stop(self):
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait()
            self._process = None

    def freeze(self):
        """It accepts connections from now on and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def begin(self):
        """The entries that everything else is below."""
        self.add(SUFFIX, objectClass=['dcObject', 'organization'], dc='example', o='example')
        self.add(READER, objectClass=['organizationalRole', 'simpleSecurityObject'], cn='reader', userPassword=SECRET)

    def add(self, dn, **attributes):
        values = {name: [_bytes(one) for one in (value if isinstance(value, (list, tuple)) else [value])]
                  for name, value in attributes.items()}
        self._as_admin(lambda conn: conn.add_s(dn, modlist.addModlist(values)))

    def change(self, dn, **attributes):
        """Replace these attributes; [] removes one."""
        changes = [(ldap.MOD_REPLACE, name, [_bytes(one) for one in (
            value if isinstance(value, (list, tuple)) else [value])] or None) for name, value in attributes.items()]
        self._as_admin(lambda conn: conn.modify_s(dn, changes))

    def delete(self, dn):
        self._as_admin(lambda conn: conn.delete_s(dn))

    def _as_admin(self, call):
        conn = ldap.initialize(self.url)
        conn.simple_bind_s(ADMIN, 'secret')
        try:
            call(conn)
        finally:
            conn.unbind_s()


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


def _free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def _make_certificates(home):
    """ca.pem, and server.pem with its key for 127.0.0.1."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'test authority')])
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), ca_key, x509.BasicConstraints(True, None))
    server = _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, '127.0.0.1')]), ca_name,
                          key.public_key(), ca_key, x509.SubjectAlternativeName(
                              [x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]))
    pem = serialization.Encoding.PEM
    for name, data in (('ca.pem', ca.public_bytes(pem)), ('server.pem', server.public_bytes(pem)),
                       ('server.key', key.private_bytes(pem, serialization.PrivateFormat.PKCS8,
                                                        serialization.NoEncryption()))):
        with open(os.path.join(home, name), 'wb', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(data)


def _certificate(subject, issuer, public, signing, extension):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=10)).add_extension(extension, critical=False)
            .sign(signing, hashes.SHA256()))
