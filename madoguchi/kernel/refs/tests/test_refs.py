"""References are spelled one way; receipt numbers survive the telephone."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.refs import Ref, new_id
from madoguchi.kernel.refs.receipts import next_receipt, normalise_receipt

NOVEMBER = dt.date(2026, 11, 22)


def test_a_reference_reads_back_as_it_was_written():
    ref = Ref("procedures", "case", "0198:x")

    assert Ref.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "case", "a:b", "a::c", "::"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(ValueError, match="not a reference"):
        Ref.parse(text)


def test_ids_are_version_7_and_sort_by_birth():
    ids = [new_id() for _ in range(50)]

    assert {uuid.UUID(str(one)).version for one in ids} == {7}
    assert ids == sorted(ids)


@pytest.mark.django_db
def test_receipts_count_up_within_their_month():
    first, second = next_receipt(NOVEMBER), next_receipt(NOVEMBER)
    december = next_receipt(dt.date(2026, 12, 1))

    assert (first[:9], second[:9], december[:9]) == ("2611-0001", "2611-0002", "2612-0001")


@pytest.mark.django_db
def test_a_receipt_is_known_however_it_is_typed():
    receipt = next_receipt(NOVEMBER)

    for typed in (
        receipt,
        receipt.replace("-", ""),
        receipt.replace("-", "ー"),
        f"　{receipt} ",
        _wide(receipt),
    ):
        assert normalise_receipt(typed) == receipt


@pytest.mark.django_db
def test_one_wrong_digit_is_noticed():
    receipt = next_receipt(NOVEMBER)
    wrong = [
        receipt[:place] + digit + receipt[place + 1 :]
        for place in range(len(receipt))
        for digit in "0123456789"
        if receipt[place] != "-" and receipt[place] != digit
    ]

    assert [typed for typed in wrong if normalise_receipt(typed)] == []


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_receipt_or_none(text):
    assert normalise_receipt(text) is None or len(normalise_receipt(text)) >= 11


def _wide(text):
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
