"""What stands between a call and its publication is asked in few queries and said in few sentences."""

from __future__ import annotations

import pytest

from madoguchi.engines.consultation.models import Call, FollowUp, Opinion
from madoguchi.engines.consultation.queries.unready import NAMED, unready
from madoguchi.engines.consultation.tests import make

pytestmark = pytest.mark.django_db


def lacking(call: Call, number: int) -> None:
    """Rows to be considered later, and nobody said when."""
    category = call.categories.get(sign="△")
    Opinion.objects.bulk_create(
        Opinion(call=call, summary="家から見たい", category=category) for _n in range(number)
    )


def test_of_many_opinions_that_lack_something_the_first_are_named_and_the_others_counted(
    django_assert_max_num_queries,
):
    call = make.make_call()
    lacking(call, NAMED + 7)

    with django_assert_max_num_queries(8):
        said = unready(call)

    assert sum("つぎに確かめる日" in one for one in said) == NAMED
    assert "ほかに7件あります。" in said


def test_what_has_its_day_is_not_named():
    call = make.make_call()
    lacking(call, 2)
    FollowUp.objects.create(opinion=Opinion.objects.filter(call=call).first(), due_on=call.closes_on)

    assert sum("つぎに確かめる日" in one for one in unready(call)) == 1
