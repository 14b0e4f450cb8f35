"""A one-time code works once, for a while, for so many tries, and for whom it was made."""

import contextlib

import pytest

from madoguchi.kernel.identity import services
from madoguchi.kernel.identity.models import OneTimeCode
from madoguchi.kernel.identity.ways_in import codes
from madoguchi.kernel.identity.ways_in.errors import WrongCode
from madoguchi.kernel.identity.ways_in.models import Purpose
from madoguchi.kernel.refs import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def use(typed, whose="aoi", purpose=Purpose.MAIL):
    return codes.use(purpose=purpose, typed=typed, whose=whose)


def test_after_five_wrong_tries_the_right_one_is_wrong_too():
    code = codes.make(purpose=Purpose.MAIL, whose="aoi")
    for _guess in range(5):
        with pytest.raises(WrongCode):
            use("x")

    with pytest.raises(WrongCode):
        use(code)


def test_the_fifth_try_may_still_be_the_right_one_and_it_is_used_up():
    code = codes.make(purpose=Purpose.MAIL, whose="aoi")
    for _guess in range(4):
        with pytest.raises(WrongCode):
            use("x")

    assert use(code)
    with pytest.raises(WrongCode):
        use(code)


def test_a_new_code_ends_the_one_before():
    first, second = (codes.make(purpose=Purpose.MAIL, whose="aoi") for _time in range(2))

    with pytest.raises(WrongCode):
        use(first)
    assert use(second)


def test_of_codes_that_were_asked_for_at_once_only_five_an_hour_open_anything():
    made = [codes.make(purpose=Purpose.MAIL, whose="aoi", about=f"browser {number}") for number in range(7)]
    opened = []

    for number, code in enumerate(made):
        with contextlib.suppress(WrongCode):
            codes.use(purpose=Purpose.MAIL, typed=code, whose="aoi", about=f"browser {number}")
            opened.append(number)

    assert opened == [0, 1, 2, 3, 4]


def test_a_code_is_for_one_purpose_one_address_and_one_account():
    sato = services.open_account(kind="staff", login="sato", password=None, by=SYSTEM)
    code = codes.make(purpose=Purpose.ENROL, account=sato)

    for wrong in ({"purpose": Purpose.COUNTER, "account": sato}, {"purpose": Purpose.ENROL, "account": None}):
        with pytest.raises(WrongCode):
            codes.use(typed=code, **wrong)
    assert codes.use(purpose=Purpose.ENROL, typed=code, account=sato)


def test_the_database_keeps_no_code():
    code = codes.make(purpose=Purpose.MAIL, whose="aoi")

    assert code not in str(list(OneTimeCode.objects.values("digest", "whose", "about")))
