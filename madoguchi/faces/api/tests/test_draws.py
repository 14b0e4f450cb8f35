"""抽選 by the API: read, prove, enter once."""

from __future__ import annotations

import pytest

from madoguchi.engines.lottery import queries
from madoguchi.engines.lottery.models import Entry
from madoguchi.engines.lottery.tests import make

from .conftest import Program, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return make.a_round()


def test_anybody_reads_rounds_digests_and_after_the_draw_the_proof(city, round_):
    make.entered(round_, "court.1")
    stranger = Program()

    row = stranger.call("GET", "/draws").json()[0]
    assert (row["key"], row["entries"], row["is_open"]) == (round_.key, 1, True)
    read = stranger.call("GET", f"/draws/{round_.key}").json()
    assert read["rules_hash"] == round_.rules_hash
    assert read["items"][0] == {"item": "court.1", "title": "見本コート1", "capacity": 1}
    assert (read["entries_hash"], read["seed"]) == ("", "")
    assert stranger.call("GET", f"/draws/{round_.key}/bundle").status_code == 404
    assert stranger.call("GET", "/draws/nai").status_code == 404
    make.drawn(round_)

    proof = stranger.call("GET", f"/draws/{round_.key}/bundle").content

    assert queries.check_proof(proof)["verdict"] == "match"


def test_an_app_enters_for_its_resident_once_however_often_it_asks(city, aoi, round_):
    app, said = (
        Program(token_for(aoi)),
        {"wishes": [["court.1", "court.2"], ["court.3"]], "tier": "residents"},
    )
    where = f"/draws/{round_.key}/entries"

    first = app.call("POST", where, said, **{"Idempotency-Key": "a-draw-1"})
    again = app.call("POST", where, said, **{"Idempotency-Key": "a-draw-1"})
    other = app.call("POST", where, said)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "already_entered")
    entry = Entry.objects.get()
    assert (entry.receipt, entry.party_id) == (first.json()["receipt"], aoi.party)
    assert entry.wishes == said["wishes"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"wishes": [], "tier": "residents"}, 422),
        ({"wishes": [["court.9"]], "tier": "residents"}, 422),
        ({"wishes": [["court.1"]], "tier": "king"}, 422),
        ({"wishes": "court.1", "tier": "residents"}, 422),
        ({"wishes": [["x" * 5000]], "tier": "residents"}, 422),
        ([], 422),
    ],
)
def test_what_cannot_be_wished_for_is_refused(city, aoi, round_, said, status):
    answer = Program(token_for(aoi)).call("POST", f"/draws/{round_.key}/entries", said)

    assert answer.status_code == status
    assert not Entry.objects.exists()


def test_entering_needs_a_resident_who_lets_the_app(city, aoi, round_):
    where, said = f"/draws/{round_.key}/entries", {"wishes": [["court.1"]], "tier": "residents"}

    assert Program().call("POST", where, said).status_code == 401
    assert Program(token_for(aoi, ["cases"])).call("POST", where, said).status_code == 403
