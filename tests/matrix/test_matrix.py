"""Every address, with every kind of person and everybody's things: who may not, sees nothing and changes nothing."""

from __future__ import annotations

import pytest

from .addresses import addresses
from .people import everybody
from .walk import Walk, rows, steps

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Pages about a thing that nobody's walk opened, and why: what is asked of them here is that they open to no stranger.
UNOPENED = {
    "GET /apply/<uuid:draft_id>/papers/<slug:document>/": "the claim asks for no such paper",
    "GET /my/<uuid:case_id>/signers/": "nobody has to sign this claim",
    "GET /my/<uuid:case_id>/signers/<str:signer>/paper/": "nobody has to sign this claim",
    "GET /my/inbox/<uuid:message_id>/files/<uuid:file_id>/": "a letter hangs on its case, not on the message",
    "GET /desk/cases/<uuid:case_id>/decide/": "none of the cases waits for a decision",
    "GET /desk/cases/<uuid:case_id>/hand-over/": "this claim hands nothing over at the counter",
    "GET /desk/cases/<uuid:case_id>/send-back/": "what was decided has gone out",
    "GET /desk/cases/<uuid:case_id>/return/": "its tests ask who may, state by state",
    "GET /desk/cases/<uuid:case_id>/hand-back/": "its tests ask who may, state by state",
    "GET /desk/authoring/<uuid:blueprint_id>/questions/<slug:key>/": "the blueprint has no such question",
    "GET /desk/authoring/<uuid:blueprint_id>/letters/<slug:key>/": "the blueprint has no such letter",
    "GET /desk/authoring/<uuid:blueprint_id>/papers/<slug:paper_id>/": "the blueprint has no such paper",
    "GET /desk/post/<uuid:delivery_id>/paper/": "a look has to be on record first, which is undone here",
    "GET /desk/shared/<uuid:sharing_id>/": "the resident has not agreed",
}


@pytest.mark.parametrize("face", ["portal", "desk", "kiosk", "api"])
def test_who_may_not_sees_nothing_and_changes_nothing(city, face):
    people, walk = list(everybody(city)), Walk(city, rows=rows())
    asked = [address for address in addresses() if address.face == face]

    for address in asked:
        for walker, thing, wanted in steps(address, city, people):
            walk.step(walker, address, thing, wanted)

    assert [str(finding) for finding in walk.findings] == []
    reading = {str(address) for address in asked if address.method == "GET" and address.things}
    assert reading - walk.opened <= set(UNOPENED), "what nobody can open shows nothing of who may"
