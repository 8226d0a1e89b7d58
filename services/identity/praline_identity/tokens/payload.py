# SPDX-License-Identifier: Apache-2.0
"""What a token carries, and its compact form: about 100 bytes for a project token.

Fields of a layout are never reordered; a new one is added at the end, and absent ones read as empty.
"""
import base64
import dataclasses
import struct

METHODS = ('password', 'token', 'application_credential', 'totp', 'external', 'mapped', 'oauth1', 'saml2',
           'openid', 'oauth2_credential', 'ec2credential')
_KINDS = ('', 'project', 'domain', 'system')
_LAYOUT = 1
_HEAD = struct.Struct('>BHBQQ')
_UUID = 0xff


@dataclasses.dataclass
class Payload:
    """Times in microseconds.  scope: (kind, id), kind '' | project | domain | system.

    audit_ids: the token's own and, when it came from another token, the first one's.
    revision: identity's when the proving began, None in tokens of before it was kept.
    """

    user_id: str
    methods: list
    scope: tuple
    issued_at: int
    expires_at: int
    audit_ids: list
    trust_id: str | None = None
    application_credential_id: str | None = None
    identity_provider: str | None = None
    protocol: str | None = None
    group_ids: list = dataclasses.field(default_factory=list)
    access_token_id: str | None = None
    thumbprint: str | None = None
    revision: int | None = None


def pack(payload):
    methods = sum(1 << METHODS.index(method) for method in payload.methods)
    kind, scope_id = payload.scope
    head = _HEAD.pack(_LAYOUT, methods, _KINDS.index(kind), payload.issued_at, payload.expires_at)
    fields = [payload.user_id, scope_id, ','.join(payload.audit_ids), payload.trust_id,
              payload.application_credential_id, payload.identity_provider, payload.protocol,
              ','.join(payload.group_ids), payload.access_token_id, payload.thumbprint,
              '' if payload.revision is None else str(payload.revision)]
    while not fields[-1]:
        fields.pop()
    return head + b''.join(_pack_text(field or '') for field in fields)


def unpack(data):
    """ValueError when the bytes are of no layout that we know."""
    try:
        layout, methods, kind, issued_at, expires_at = _HEAD.unpack_from(data)
        if layout != _LAYOUT:
            raise ValueError('unknown token layout %d' % layout)
        fields = list(_unpack_texts(data, _HEAD.size))
        fields += [''] * (11 - len(fields))
        user_id, scope_id, audit_ids, trust, app, provider, protocol, groups, access, thumb, number = fields
        return Payload(user_id, [name for bit, name in enumerate(METHODS) if methods & 1 << bit],
                       (_KINDS[kind], scope_id or None), issued_at, expires_at, audit_ids.split(','), trust or None,
                       app or None, provider or None, protocol or None, groups.split(',') if groups else [],
                       access or None, thumb or None, int(number) if number else None)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError('not a token payload: %s' % error) from None


def _pack_text(text):
    if len(text) == 32:
        try:
            packed = bytes.fromhex(text)
        except ValueError:
            packed = b''
        if packed.hex() == text:
            return bytes((_UUID,)) + packed
    data = text.encode()
    if len(data) < 0xfe:
        return bytes((len(data),)) + data
    return b'\xfe' + struct.pack('>H', len(data)) + data


def _unpack_texts(data, offset):
    while offset < len(data):
        size, offset = data[offset], offset + 1
        if size == _UUID:
            yield data[offset:offset + 16].hex()
            offset += 16
            continue
        if size == 0xfe:
            size, = struct.unpack_from('>H', data, offset)
            offset += 2
        yield data[offset:offset + size].decode()
        offset += size


def to_claims(payload):
    """The payload as JSON values, for formats that are text."""
    return {'p': base64.urlsafe_b64encode(pack(payload)).decode().rstrip('=')}


def from_claims(claims):
    text = claims['p']
    return unpack(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))
