"""Keyset pages."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.models import Job
from core.pages import keyset_page
from tests.factories.accounts import UserFactory


@pytest.fixture
def ids(db):
    return sorted(user.pk for user in UserFactory.create_batch(7))


def walk(**options):
    after, pages = None, []
    while True:
        page = keyset_page(User.objects.all(), after=after, size=3, **options)
        pages.append([row.pk for row in page.rows])
        after = page.next_after
        if after is None:
            return pages


def test_keyset_pages_hold_every_row_once(ids):
    assert walk() == [ids[:3], ids[3:6], ids[6:]]


def test_keyset_pages_newest_first_are_the_reverse(ids):
    assert [row for page in walk(newest_first=True) for row in page] == ids[::-1]


def test_keyset_page_that_ends_exactly_has_no_next(ids):
    assert keyset_page(User.objects.all(), after=None, size=7).next_after is None


def test_keyset_page_rows_that_come_meanwhile_shift_nothing(ids):
    first = keyset_page(User.objects.all(), after=None, size=3, newest_first=True)
    UserFactory()

    second = keyset_page(User.objects.all(), after=first.next_after, size=3, newest_first=True)

    assert [row.pk for row in second.rows] == ids[3:0:-1]


def test_keyset_page_costs_one_statement(ids, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset_page(User.objects.all(), after=str(ids[0]), size=3)


@pytest.mark.parametrize("after", ["abc", "1.5", "1;--", "\x00"])
def test_keyset_page_bad_mark_is_a_validation_error(db, after):
    with pytest.raises(ValidationError) as caught:
        keyset_page(User.objects.all(), after=after, size=3)

    assert set(caught.value.error_dict) == {"after"}


def test_keyset_page_bad_uuid_mark_is_a_validation_error(db):
    with pytest.raises(ValidationError):
        keyset_page(Job.objects.all(), after="no-uuid", size=3)


@pytest.mark.parametrize("after", ["9" * 30, "-" + "9" * 30])
def test_keyset_page_mark_beyond_any_id_is_an_edge_not_an_error(ids, after):
    rows = keyset_page(User.objects.all(), after=after, size=10).rows

    assert len(rows) == (7 if after.startswith("-") else 0)
