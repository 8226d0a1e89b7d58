# SPDX-License-Identifier: Apache-2.0
"""The mapping engine: which rules hold, what their values become, and that nothing asserted breaks it."""
from hypothesis import given
from hypothesis import strategies as st
import pytest

from praline_identity import errors
from praline_identity.federation import documents
from praline_identity.federation import rules

ALICE = {'UserName': 'alice', 'Email': 'alice@example.org', 'Groups': 'dev;ops;guest', 'Kind': 'Employee'}


def mapping(*pairs, version='1.0'):
    """A checked mapping of (local, remote) pairs; each a list, or the one element of it."""
    made = {'schema_version': version, 'rules': [
        {'local': [local] if isinstance(local, dict) else local,
         'remote': [remote] if isinstance(remote, dict) else remote} for local, remote in pairs]}
    documents.check(made)
    return made


def apply(*pairs, assertion=ALICE, version='1.0'):
    return rules.apply(mapping(*pairs, version=version), assertion)


def refused(*args, **kwargs):
    with pytest.raises(errors.Refused) as caught:
        apply(*args, **kwargs)
    return caught.value.message


NAME = {'user': {'name': '{0}'}}
WHO = {'type': 'UserName'}


def test_direct_values_replace_their_places_in_order():
    local = {'user': {'id': '{0}', 'name': '{1} ({0})', 'email': '{1}', 'domain': {'name': 'of {0}'}}}
    found = apply((local, [WHO, {'type': 'Kind', 'any_one_of': ['Employee']}, {'type': 'Email'}]))
    assert found.user == {'id': 'alice', 'name': 'alice@example.org (alice)', 'email': 'alice@example.org',
                          'domain': {'name': 'of alice'}, 'type': 'ephemeral'}
    assert (found.group_ids, found.group_names, found.projects) == ([], [], [])


@pytest.mark.parametrize('condition, holds', [
    ({'any_one_of': ['Guest', 'Employee']}, True), ({'any_one_of': ['Guest']}, False), ({'any_one_of': []}, False),
    ({'any_one_of': ['Empl']}, False), ({'any_one_of': ['^Empl'], 'regex': True}, True),
    ({'any_one_of': ['ploy'], 'regex': True}, True), ({'any_one_of': ['^ploy'], 'regex': True}, False),
    ({'not_any_of': ['Guest']}, True), ({'not_any_of': ['Employee']}, False), ({'not_any_of': []}, True),
    ({'not_any_of': ['^E'], 'regex': True}, False), ({'not_any_of': ['^E']}, True),
    ({'not_any_of': ['^G'], 'regex': True}, True)])
def test_conditions(condition, holds):
    pair = NAME, [WHO, {'type': 'Kind', **condition}]
    if holds:
        assert apply(pair).user['name'] == 'alice'
    else:
        assert 'Could not map any federated user' in refused(pair)


@pytest.mark.parametrize('word', ['any_one_of', 'not_any_of', 'blacklist', 'whitelist', None])
def test_what_is_not_asserted_holds_nowhere(word):
    refused((NAME, [WHO, {'type': 'Nothing', **({word: ['x']} if word else {})}]))


@pytest.mark.parametrize('filtered, names', [
    ({}, ['dev', 'ops', 'guest']), ({'whitelist': ['ops', 'dev']}, ['dev', 'ops']), ({'whitelist': []}, []),
    ({'blacklist': ['guest']}, ['dev', 'ops']), ({'blacklist': []}, ['dev', 'ops', 'guest']),
    ({'whitelist': ['^[do]'], 'regex': True}, ['dev', 'ops']), ({'blacklist': ['^g'], 'regex': True}, ['dev', 'ops']),
    ({'whitelist': ['guest']}, ['guest']), ({'blacklist': ['dev', 'ops']}, ['guest'])])
def test_several_values_are_filtered_and_become_groups(filtered, names):
    local = [{'user': {'name': '{0}'}}, {'groups': '{1}', 'domain': {'id': 'd'}}]
    found = apply((local, [WHO, {'type': 'Groups', **filtered}]))
    assert found.group_names == [{'name': name, 'domain': {'id': 'd'}} for name in names]


def test_groups_by_id_and_by_name_from_several_rules_are_joined():
    found = apply(
        ([NAME, {'group': {'id': 'g1'}}], WHO), ({'group': {'id': 'g1'}}, WHO),
        ({'group': {'name': 'staff', 'domain': {'name': 'Default'}}}, WHO),
        ({'group': {'name': 'staff', 'domain': {'name': 'Default'}}}, WHO),
        ({'group': {'id': 'never'}}, {'type': 'Kind', 'any_one_of': ['Guest']}),
        ({'group_ids': '{0}'}, {'type': 'Groups', 'whitelist': ['dev', 'ops']}), ({'group_ids': '{0}'}, WHO))
    assert found.group_ids == ['g1', 'dev', 'ops', 'alice']
    assert found.group_names == [{'name': 'staff', 'domain': {'name': 'Default'}}]


def test_groups_may_bring_their_domain_as_json():
    local = [NAME, {'groups': '{1}', 'domain': {'id': 'd'}}]
    one = '{"name": "a", "domain": {"name": "x"}}'
    found = apply((local, [WHO, {'type': 'G'}]), assertion={**ALICE, 'G': 'JSON:%s;plain' % one})
    assert found.group_names == [{'name': 'a', 'domain': {'name': 'x'}}, {'name': 'plain', 'domain': {'id': 'd'}}]


@pytest.mark.parametrize('text', ['JSON:{', 'JSON:{"name": "a"}', 'JSON:[1]', 'JSON:{"name": 1, "domain": {}}'])
def test_groups_that_make_no_sense(text):
    refused(([NAME, {'groups': '{1}'}], [WHO, {'type': 'G'}]), assertion={**ALICE, 'G': text})


def test_groups_need_a_domain():
    assert "Both 'groups' and 'domain'" in refused(([NAME, {'groups': '{1}'}], [WHO, {'type': 'Groups'}]))


def test_the_first_user_wins():
    found = apply((NAME, WHO), ({'user': {'name': '{0}', 'type': 'local'}}, {'type': 'Email'}))
    assert found.user == {'name': 'alice', 'type': 'ephemeral'}


def test_without_a_user_there_is_still_a_type():
    assert apply(({'group': {'id': 'g'}}, WHO)).user == {'type': 'ephemeral'}


def test_a_local_user_keeps_its_domain():
    local = {'user': {'name': '{0}', 'type': 'local', 'domain': {'id': 'd'}}}
    assert apply((local, WHO)).user == {'name': 'alice', 'type': 'local', 'domain': {'id': 'd'}}


PROJECTS = [{'name': 'of {0}', 'roles': [{'name': 'member'}]}]


def test_projects_and_the_domain_of_the_rule():
    local = {**NAME, 'projects': PROJECTS, 'domain': {'id': 'd'}}
    first, second = apply((local, WHO)), apply((local, WHO), version='2.0')
    plain = {'name': 'of alice', 'roles': [{'name': 'member'}]}
    assert first.projects == [plain] and 'domain' not in first.user
    assert second.projects == [{**plain, 'domain': {'id': 'd'}}] and second.user['domain'] == {'id': 'd'}


def test_a_domain_of_its_own_comes_before_the_rule_s():
    own = {'name': 'own'}
    local = {'user': {'name': '{0}', 'domain': own}, 'projects': [{**PROJECTS[0], 'domain': own}],
             'domain': {'id': 'd'}}
    found = apply((local, WHO), version='2.0')
    assert found.user['domain'] == found.projects[0]['domain'] == own


def test_without_any_domain_version_two_names_none():
    found = apply(({**NAME, 'projects': PROJECTS}, WHO), version='2.0')
    assert 'domain' not in found.user and 'domain' not in found.projects[0]


def test_the_last_projects_win():
    found = apply(({**NAME, 'projects': PROJECTS}, WHO), ({'projects': [{'name': 'last', 'roles': []}]}, WHO))
    assert found.projects == [{'name': 'last', 'roles': []}]


def test_projects_as_json_come_after_those_of_the_rule():
    asserted = '[{"name": "a;b", "roles": [{"name": "reader"}]}, {"name": "c", "roles": [], "domain": {"id": "x"}}]'
    local = {**NAME, 'projects': PROJECTS, 'projects_json': '{1}', 'domain': {'id': 'd'}}
    found = apply((local, [WHO, {'type': 'P'}]), assertion={**ALICE, 'P': asserted}, version='3.0')
    assert [(project['name'], project['domain']['id']) for project in found.projects] == [
        ('of alice', 'd'), ('a;b', 'd'), ('c', 'x')]


@pytest.mark.parametrize('text', ['', '[', '{}', '[{}]', '[{"name": "a"}]', '[{"name": 1, "roles": []}]', 'null'])
def test_projects_as_json_that_are_none(text):
    local = {**NAME, 'projects_json': '{1}'}
    refused((local, [WHO, {'type': 'P'}]), assertion={**ALICE, 'P': text}, version='3.0')


@pytest.mark.parametrize('text', ['{1}', '{name}', '{0.__class__}', '{0[0]}', '{', '{0!x}', '{0:>nonsense}', '}'])
def test_places_that_do_not_exist(text):
    refused(({'user': {'name': text}}, WHO))


def test_an_expression_that_is_none():
    assert 'expression' in refused((NAME, [WHO, {'type': 'Kind', 'any_one_of': ['('], 'regex': True}]))


texts = st.text(max_size=30)


@given(st.dictionaries(st.sampled_from(['UserName', 'Groups', 'P', 'Kind']), texts))
def test_no_assertion_does_more_than_be_mapped_or_refused(assertion):
    local = [{'user': {'name': '{0}'}}, {'groups': '{1}', 'domain': {'id': 'd'}}, {'group_ids': '{1}'},
             {'projects_json': '{2}'}]
    made = mapping((local, [WHO, {'type': 'Groups'}, {'type': 'P'}]), version='3.0')
    try:
        found = rules.apply(made, assertion)
    except errors.Refused:
        return
    assert found.user['type'] == 'ephemeral' and isinstance(found.user['name'], str)
    assert all(isinstance(group_id, str) for group_id in found.group_ids)


# A single value that is itself a list in Python's notation stands for what it lists.
@given(st.lists(texts.filter(lambda text: text and not set(text) & {';', '['}), min_size=1, max_size=5),
       st.lists(texts, max_size=5))
def test_a_blacklist_and_a_whitelist_part_the_values(given_values, listed):
    local = [{'user': {'name': 'n'}}, {'group_ids': '{0}'}]
    asserted = {'G': ';'.join(given_values)}

    def ids(word):
        return set(apply((local, {'type': 'G', word: listed}), assertion=asserted).group_ids)
    kept, dropped = ids('whitelist'), ids('blacklist')
    assert kept | dropped == set(given_values)
    assert kept <= set(listed) and not dropped & set(listed)


@given(st.text(min_size=1))
def test_a_value_never_acts_as_a_place(name):
    name = name.replace(';', ',')
    assert apply((NAME, WHO), assertion={'UserName': name + '{0}'}).user['name'] == name + '{0}'
