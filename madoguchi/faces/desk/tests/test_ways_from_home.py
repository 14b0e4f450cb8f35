"""From きょう everybody finds the pages that are theirs, and none that refuses them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Term
from madoguchi.engines.procedures.tests import make, make_disposing
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Kind
from madoguchi.kernel.refs import SYSTEM

from .conftest import Desk

pytestmark = pytest.mark.django_db
HREF = re.compile(r'href="(/desk/[^"#]*)"')


def sitting(*roles: str) -> Desk:
    """Somebody whose only chair has these roles."""
    people.keep_division(key="情報政策課", name="情報政策課")
    account = people.open_account(kind=Kind.STAFF, login="one", password=None, name="当番", by=SYSTEM)
    post = people.keep_post(key="post.one", division="情報政策課", title="当番", roles=list(roles))
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return Desk(identity.actor_for(account))


def home_links(desk: Desk) -> set[str]:
    return set(HREF.findall(desk.browser.get("/desk/").text))


@pytest.mark.parametrize(
    "roles",
    [(), ("operator",), ("records",), ("reviewer",), ("export_approver",), ("clerk",), ("clerk", "head")],
)
def test_no_link_of_the_first_page_leads_to_a_refusal(procedure, roles):
    desk = sitting(*roles)

    answers = {href: desk.browser.get(href).status_code for href in home_links(desk)}

    assert {href: code for href, code in answers.items() if code >= 400} == {}


@pytest.mark.parametrize(
    ("roles", "its_own"),
    [
        (("operator",), {"/desk/people/sign-ins/", "/desk/doctor/"}),
        (("records",), {"/desk/disposals/"}),
        (("reviewer",), {"/desk/emergency/", "/desk/exports/"}),
        (("clerk",), {"/desk/terminals/", "/desk/shared/", "/desk/emergency/", "/desk/exports/"}),
        (("head",), {"/desk/disposals/", "/desk/people/sign-ins/"}),
    ],
)
def test_the_first_page_leads_to_what_the_role_is_for(procedure, roles, its_own):
    assert its_own <= home_links(sitting(*roles))


def test_who_asked_for_a_list_and_who_settles_a_disposal_read_it_on_the_first_page(sato, ogawa, deciding):
    asked = {"division": make.DIVISION, "column": ["receipt"], "why": "年度末の現況届の発送に使うため"}
    export = sato.browser.post("/desk/exports/new/", asked)["Location"]
    make_disposing.plan_in_force()
    services.decide(case=deciding, outcome="granted", by=ogawa.actor, seen=deciding.version)
    Term.objects.update(disposes_on=clock.today(), fiscal_year=2026)
    bunsho = enter(Client(), make_disposing.records("bunsho"))
    assert "受け取れるもの" not in sato.browser.get("/desk/").text

    ogawa.browser.post(f"{export}approve/")
    services.propose(
        division=make.DIVISION, class_="5年", fiscal_year=2026, wanted=[str(deciding.pk)], by=ogawa.actor
    )

    assert "受け取れるもの 1件" in sato.browser.get("/desk/").text
    assert re.search(r'/desk/disposals/">[^<]*</a> <span class="count">1<', bunsho.get("/desk/").text)


def test_a_number_that_was_thrown_away_is_said_to_be_gone_to_its_division_alone(
    sato, ogawa, takagi, deciding
):
    make_disposing.plan_in_force()
    services.decide(case=deciding, outcome="granted", by=ogawa.actor, seen=deciding.version)
    Term.objects.update(disposes_on=clock.today(), fiscal_year=2026)
    made = services.propose(
        division=make.DIVISION, class_="5年", fiscal_year=2026, wanted=[str(deciding.pk)], by=ogawa.actor
    )
    services.approve(disposal=made, by=make_disposing.records("bunsho"))
    jobs.run_due(kinds=("procedures.dispose",))

    told = sato.browser.post("/desk/find/", {"q": deciding.receipt}).text
    elsewhere = takagi.browser.post("/desk/find/", {"q": deciding.receipt}).text

    assert "に廃棄しました" in told
    assert "廃棄しました" not in elsewhere and "あなたの課にはありません" in elsewhere
