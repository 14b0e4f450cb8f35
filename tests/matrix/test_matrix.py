"""Every address, with every kind of person and everybody's things: who may not, sees nothing and changes nothing."""

from __future__ import annotations

import pytest

from tests.rooms.things import is_a_room

from .addresses import addresses
from .people import everybody
from .walk import Walk, rows, steps, with_room

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("face", ["portal", "desk", "kiosk", "api"])
def test_who_may_not_sees_nothing_and_changes_nothing(city, face):
    people, walk = list(everybody(city)), Walk(city, rows=rows())
    asked = [address for address in addresses() if address.face == face and not is_a_room(address)]

    def whole() -> None:
        for address in asked:
            for walker, thing, wanted in steps(address, city, people):
                walk.step(walker, address, thing, wanted)

    with_room(whole)

    assert [str(finding) for finding in walk.findings] == []
    reading = {str(address) for address in asked if address.method == "GET" and address.things}
    assert reading - walk.opened == set(), "what nobody can open shows nothing of who may"
