# SPDX-License-Identifier: Apache-2.0
"""A token's payload survives every form, and what is none is refused with ValueError only."""
import dataclasses

from hypothesis import given
from hypothesis import strategies as st
import pytest

from praline_identity.tokens import payload as payloads
from praline_identity.tokens.fernet import Fernet
from praline_identity.tokens.formats import Formats
from praline_identity.tokens.jws import Jws

ids = st.one_of(st.uuids().map(lambda value: value.hex),
                st.text(st.characters(blacklist_characters=',', blacklist_categories=('Cs',)), min_size=1, max_size=300))
moments = st.integers(0, 2 ** 63)
payload_strategy = st.builds(
    payloads.Payload, user_id=ids, methods=st.lists(st.sampled_from(payloads.METHODS), unique=True),
    scope=st.one_of(st.just(('', None)), st.just(('system', 'system')),
                    st.tuples(st.sampled_from(['project', 'domain']), ids)),
    issued_at=moments, expires_at=moments, audit_ids=st.lists(ids, min_size=1, max_size=2),
    trust_id=st.none() | ids, application_credential_id=st.none() | ids, identity_provider=st.none() | ids,
    protocol=st.none() | ids, group_ids=st.lists(ids), access_token_id=st.none() | ids, thumbprint=st.none() | ids)


@given(payload_strategy)
def test_pack_and_unpack_are_inverse(made):
    made = dataclasses.replace(made, methods=sorted(made.methods, key=payloads.METHODS.index))
    assert payloads.unpack(payloads.pack(made)) == made
    assert payloads.from_claims(payloads.to_claims(made)) == made


@given(st.binary(max_size=200))
def test_any_bytes_are_a_payload_or_a_value_error(data):
    try:
        payloads.unpack(data)
    except ValueError:
        pass


@pytest.mark.parametrize('kind', [Fernet, Jws])
def test_only_what_we_sealed_opens(kind, tmp_path, payload):
    ours, made = kind(str(tmp_path / 'a')), payload
    token = ours.seal(made)
    assert ours.open(token) == made and kind(str(tmp_path / 'a')).open(token) == made
    for wrong in (token[:-1], token[1:], token[:20] + 'AAAA' + token[24:], '', '..', 'gAAAA', '\u20ac', token + 'A' * 8):
        with pytest.raises(ValueError):
            ours.open(wrong)
    with pytest.raises(ValueError):
        kind(str(tmp_path / 'b')).open(token)


def test_both_formats_are_read_whichever_is_preferred(tmp_path, payload):
    for token in (Formats(str(tmp_path), 'fernet').seal(payload), Formats(str(tmp_path), 'jws').seal(payload)):
        assert Formats(str(tmp_path), 'fernet').open(token) == payload


def test_a_project_token_is_short(tmp_path, payload):
    made = dataclasses.replace(payload, audit_ids=['a' * 22, 'b' * 22])
    assert len(Fernet(str(tmp_path)).seal(made)) < 255
