"""The plug is pulled while residents send their claims. What was accepted is there, once; the rest is still a draft."""

from __future__ import annotations

import random
import threading
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from .conftest import city
from .visitor import Visitor, fill_in

pytestmark = pytest.mark.slow

PEOPLE = ("hana", "sakura", "anna", "mei", "mina", "taro")
CUTS = (0.01, 0.05, 0.4)  # seconds after the first button: early, in the middle, when answers have gone out


def send_all(claims: dict[str, tuple[Visitor, str]]) -> tuple[dict[str, str], list[threading.Thread]]:
    """Everybody presses the button, twice each, at the same moment. Answers come in as they come."""
    answered: dict[str, str] = {}

    def press(visitor: Visitor, draft: str) -> None:
        try:
            visitor.post(f"/apply/{draft}/submit/")
        except (OSError, HTTPException):
            return  # the line went dead, perhaps in the middle of the page: the person does not know
        if "/my/" in visitor.url and visitor.status == 200:
            answered[draft] = visitor.url

    threads = [threading.Thread(target=press, args=claim) for claim in claims.values() for _press in range(2)]
    random.Random(7).shuffle(threads)
    for thread in threads:
        thread.start()
    return answered, threads


def pull_the_plug(hall: Any) -> None:
    for delay in CUTS:
        claims = {login: fill_in(hall.url, login) for login in PEOPLE}
        answered, threads = send_all(claims)
        threading.Event().wait(delay)
        hall.kill()
        for thread in threads:
            thread.join(60)
        hall.open("serve")

        for visitor, draft in claims.values():
            rows = cases_of(hall, draft)
            assert len(rows) <= 1
            if draft in answered:
                assert len(rows) == 1, "an accepted claim was lost"
            # The person looks again: the draft is whole, or it has become the case.
            visitor.get(f"/apply/{draft}/")
            assert visitor.status == 200
            assert ("/confirm/" in visitor.url) == (not rows)
            if not rows:
                visitor.post(f"/apply/{draft}/submit/")
            assert len(cases_of(hall, draft)) == 1
    orphans = hall.sql(
        "select count(*) from forms_draft d left join procedures_case c on c.draft_id = d.id "
        "where d.closed_at is not null and not d.discarded and c.id is null"
    )
    assert orphans == [(0,)]
    assert hall.sql("select count(*) - count(distinct receipt) from procedures_case") == [(0,)]


def cases_of(hall: Any, draft: str) -> list[tuple[Any, ...]]:
    key = draft if hall.database else draft.replace("-", "")
    return hall.sql("select receipt from procedures_case where draft_id = %s", key)


def test_a_pulled_plug_loses_nothing_and_doubles_nothing_on_sqlite(own_city: Any) -> None:
    pull_the_plug(own_city)


def test_a_pulled_plug_loses_nothing_and_doubles_nothing_on_postgresql(
    postgres_address: str, tmp_path: Path
) -> None:
    with city(tmp_path, postgres_address) as hall:
        pull_the_plug(hall)
