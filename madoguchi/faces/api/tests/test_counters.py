"""Counters over the API: anybody reads how they stand, machines and apps take numbers."""

from uuid import uuid4

import pytest

from madoguchi.engines.queue import services
from madoguchi.engines.queue.models import Ticket
from madoguchi.engines.queue.tests import make
from madoguchi.kernel import clock

from .conftest import Program, key_for

pytestmark = pytest.mark.django_db
DIVISION = "子育て支援課"


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(make.MORNING):
        yield


@pytest.fixture
def line(city):
    return make.line("kari_e", "E", division=DIVISION)


@pytest.fixture
def reader():
    return Program()


def test_anybody_reads_how_many_wait_and_who_is_called(line, reader):
    sato = make.clerk("sato", DIVISION)
    make.issued(line, 4)
    services.call_next(desk=make.desk(line, sato), by=sato)

    row = next(one for one in reader.call("GET", "/counters").json() if one["key"] == "kari_e")
    one = reader.call("GET", "/counters/kari_e", **{"Accept-Language": "en"}).json()

    assert (row["standing"], row["waiting"]) == ("open", 3)
    assert [(call["number"], call["desk"]) for call in row["called"]] == [("E001", "1")]
    assert row["wait"]["low"] <= row["wait"]["high"]
    assert one["errands"][0]["title"] in {"Apply", "申し込み"}
    assert reader.call("GET", "/counters/nai").status_code == 404


def test_who_has_it_already_is_told_so_cheaply_and_hears_of_a_call(line, reader, django_assert_num_queries):
    sato = make.clerk("sato", DIVISION)
    desk = make.desk(line, sato)
    make.issued(line)
    for path in ("/counters", "/counters/kari_e"):
        tag = reader.call("GET", path)["ETag"]
        with django_assert_num_queries(1):
            same = reader.call("GET", path, **{"If-None-Match": tag})
        assert (same.status_code, same.content) == (304, b"")

    services.call_next(desk=desk, by=sato)
    assert reader.call("GET", "/counters/kari_e", **{"If-None-Match": tag}).status_code == 200


def test_of_a_line_nobody_heard_of_nothing_is_said(line, reader):
    sato = make.clerk("sato", DIVISION)
    make.desk(line, sato)
    make.issued(line)

    with clock.frozen(make.at(9, 30)):
        one = reader.call("GET", "/counters/kari_e").json()

    assert (one["standing"], one.get("waiting"), one.get("called", [])) == ("stale", None, [])


def test_a_machine_takes_a_number_once_under_its_key(line, kiosk):
    key, wanted = str(uuid4()), {"errand": "sonota", "language": "ko", "needs": ["sign"]}

    first, again = (
        kiosk.call("POST", "/counters/kari_e/tickets", wanted, **{"Idempotency-Key": key}) for _ in range(2)
    )

    assert first.status_code == 201, first.content.decode()
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert (first.json()["number"], first.json()["ahead"]) == ("E001", 0)
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.language, ticket.needs) == ("kiosk", "ko", ["sign"])


def test_numbers_are_refused_to_strangers_and_for_what_is_not_there(line, kiosk, reader):
    elsewhere = Program(key_for(division="税務課")) if make.clerk("zei", "税務課") else None
    assert reader.call("POST", "/counters/kari_e/tickets", {}).status_code == 401
    assert elsewhere.call("POST", "/counters/kari_e/tickets", {}).status_code == 403
    assert Program(key_for(("drafts",))).call("POST", "/counters/kari_e/tickets", {}).status_code == 403
    assert kiosk.call("POST", "/counters/nai/tickets", {}).status_code == 404
    for wanted in ({"errand": "nani"}, {"language": "xx"}, {"needs": ["gold"]}, {"needs": 7}):
        assert kiosk.call("POST", "/counters/kari_e/tickets", wanted).status_code == 422
    assert not Ticket.objects.exists()


def test_an_app_takes_a_number_for_its_resident_where_that_is_allowed(line, app, aoi):
    assert app.call("POST", "/counters/kari_e/tickets", {}).status_code == 201
    assert Ticket.objects.get().party == aoi.party

    make.line("kari_e", "E", division=DIVISION, from_home=False)
    assert app.call("POST", "/counters/kari_e/tickets", {}).json()["code"] == "not_from_home"
