# SPDX-License-Identifier: Apache-2.0
"""Numbers that clients send as text: however long they are, they are refused and nothing is kept of them."""
import pytest
import webob

from praline_common import errors
from praline_common.api import paging
from praline_common.api.microversion import History


@pytest.mark.parametrize('text', ['2.' + '1' * 5000, '1' * 5000 + '.1', '2.' + '0' * 5000 + '1'])
def test_a_version_of_many_digits_is_no_version(text):
    with pytest.raises(errors.BadRequest):
        History('compute', '2.1', '2.9').asked({'HTTP_OPENSTACK_API_VERSION': 'compute ' + text})


def test_other_spellings_of_a_version_are_read_and_not_kept():
    history = History('compute', '2.1', '2.9')
    before = dict(history._known)
    for zeros in range(20):
        assert history.asked({'HTTP_OPENSTACK_API_VERSION': 'compute 2.%s7' % ('0' * zeros)}) == (2, 7)
    assert history.asked({'HTTP_OPENSTACK_API_VERSION': 'compute latest'}) == (2, 9)
    assert history._known == before


def test_a_limit_of_many_digits_is_refused():
    with pytest.raises(errors.BadRequest):
        paging.read(webob.Request.blank('/?limit=' + '9' * 5000))
