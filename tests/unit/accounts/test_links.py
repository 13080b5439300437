"""What a link says about its account."""

import pytest
from django.utils.http import urlsafe_base64_encode

from accounts.links import link_is_good, user_id_in


def test_user_id_in_reads_what_was_written():
    assert user_id_in(urlsafe_base64_encode(b"812")) == 812


@pytest.mark.parametrize("raw", [b"", b"-1", b"1e3", b"\xff", b"9" * 30, "²".encode()])
def test_user_id_in_garbled_link_is_nobody(raw):
    assert user_id_in(urlsafe_base64_encode(raw)) == 0


def test_link_is_good_without_an_account_is_false():
    assert not link_is_good(None, "abc-def")
