"""A ninth procedure (保育園の入園の申請) is written as data beside the pack's own, and runs: not a line of code."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.procedures.models import Case
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock, jobs, packs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from .reading import PACKS

DATA = Path(__file__).parent / "data"
KEY = "hoiku.nyuen"
TODAY = clock.today()
NAME = {"family": "見本", "given": "はな", "family_kana": "ミホン", "given_kana": "ハナ"}
CHILD = {"family": "見本", "given": "そう", "family_kana": "ミホン", "given_kana": "ソウ"}
PROFILE = {
    "name": NAME,
    "birth": "1991-04-12",
    "address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""},
    "phone": "00-0000-0001",
    "email": "hana@mihon.invalid",
}


def day(date: dt.date) -> dict[str, str]:
    return {"y": str(date.year), "m": str(date.month), "d": str(date.day)}


NEXT_SPRING = TODAY + dt.timedelta(days=130)
ANSWERS = {
    "ways": {"value": "", "is-employed": "yes", "is-care": "yes"},
    "hours_a_month": {"value": "120"},
    "children.1.name": CHILD,
    "children.1.birth": day(TODAY - dt.timedelta(days=500)),
    "children.1.allergy": {"value": "yes"},
    "children.more": {"value": "no"},
    "wishes.1.nursery": {"value": "見本第一保育園"},
    "wishes.1.visited": {"value": "yes"},
    "wishes.2.nursery": {"value": "見本第二保育園"},
    "wishes.2.visited": {"value": "no"},
    "starts_on": day(NEXT_SPRING),
    "fee_now": {"value": "52,000"},
    "may_look_up": {"value": "yes"},
    "signature": {"value": "見本 はな"},
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The reference pack with one procedure, its four languages and its letter laid beside the others."""
    shutil.copytree(PACKS, tmp_path / "packs")
    nerima = tmp_path / "packs" / "nerima"
    for file in DATA.glob(f"{KEY}*.yaml"):
        shutil.copy(file, nerima / "procedures")
    shutil.copy(DATA / "hoiku_naitei.yaml", nerima / "documents")
    return nerima


@pytest.fixture
def hana() -> Client:
    account = people.open_account(kind="resident", login="hana", password=None, is_demo=True, by=SYSTEM)
    people.keep_party(profile=PROFILE, account=account, by=SYSTEM)
    return _browser("resident", account)


def at_desk(login: str, *roles: str) -> Client:
    account = people.open_account(kind="staff", login=login, password=None, name=login, by=SYSTEM)
    post = people.keep_post(key=f"post.{login}", division="保育課", title="担当", roles=["clerk", *roles])
    people.appoint(account=account, post=post, since=dt.date(2020, 4, 1), by=SYSTEM)
    return _browser("staff", account)


def _browser(whose, account) -> Client:
    client = Client(headers={"Accept-Language": "ja"})
    enter(client, account)
    return client


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.accepts("P1-1-1-T4")
def test_a_ninth_procedure_runs_from_search_to_decision_by_data_alone(pack, hana):
    problems = packs.check(pack)
    assert [str(problem) for problem in problems] == []
    packs.apply(pack, by=SYSTEM)

    # The resident finds it, answers as her own situation asks, and sends it.
    assert "保育園の入園の申請" in hana.get("/search", {"q": "保育園 入園"}).text
    asked = filled_in(hana)
    assert asked["papers"] == ["shuro_shomei", "kaigo_jokyo"]
    assert "wishes.2.nursery" in asked["questions"]
    assert "same_nursery" not in asked["questions"]  # there is one child
    case = Case.objects.get(definition__key=KEY)
    assert case.division_id == "保育課"

    # On the desk: opened with a reason, the wishes in their order, passed on.
    clerk, head, checker = at_desk("ishii"), at_desk("otsuka", "head"), at_desk("noguchi")
    page = opened(clerk, case)
    for said in (
        "見本第一保育園",
        "見本第二保育園",
        "52,000円",
        "勤め先で働いている、家族の介護や看護をしている",
        "120時間",
    ):
        assert said in page, said
    assert page.index("見本第一保育園") < page.index("見本第二保育園")
    for document in asked["papers"]:
        to_desk(clerk, "paper", case, document=document, then="arrived")
    for state in ("checking", "deciding"):
        case.refresh_from_db()
        to_desk(clerk, "advance", case, to=state)

    # The head decides what the file says is decided; somebody else reads the letter and sends it.
    opened(head, case)
    case.refresh_from_db()
    decided = {
        "nursery:value": "見本第二保育園",
        "fee:value": "21,500",
        **{f"starts_on:{name}": value for name, value in day(NEXT_SPRING).items()},
    }
    values = {f"decided.{name}": value for name, value in decided.items()}
    to_desk(head, "decide", case, outcome="granted", then="decide", **values)
    jobs.run_due(limit=20, kinds=("procedures.receipt_copy", "procedures.letter"))
    page = opened(checker, case)
    letter = re.search(rf'href="(/desk/cases/{case.pk}/file/[^"]+)"[^>]*data-key="KeyO"', page)[1]
    assert checker.get(letter).status_code == 200
    case.refresh_from_db()
    to_desk(checker, "send", case, read="1")

    # The resident reads what became of it.
    page = hana.get(f"/my/{case.pk}/").text
    for said in ("入園の内定", "見本第二保育園", "21,500円", "決定の通知書"):
        assert said in page, said


def filled_in(client: Client) -> dict[str, list[str]]:
    """Through the portal's pages, one question after another. Returns what was asked, in order."""
    met: dict[str, list[str]] = {"questions": [], "papers": []}
    here = client.post(f"/procedures/{KEY}/start/")["Location"]
    for _turn in range(60):
        if here.endswith("/confirm/"):
            break
        if found := re.search(r"/question/([^/]+)/", here):
            met["questions"].append(found[1])
            answer = ANSWERS.get(found[1]) or {"value": "yes" if _wants_more(found[1], met) else "no"}
            here = _next(client.post(here, answer), found[1])
        elif found := re.search(r"/papers/([^/]+)/", here):
            met["papers"].append(found[1])
            here = _next(client.post(here, {"way": "later"}), found[1])
        elif "/reuse/" in here:
            here = _next(client.post(here), here)
        else:
            here = _next(client.get(re.sub("answers/$", "", here)), here)
    sent = client.post(here.replace("/confirm/", "/submit/"))
    assert sent.status_code == 302, sent.text
    return met


def _wants_more(path: str, met: dict[str, list[str]]) -> bool:
    assert path == "wishes.more", path
    return met["questions"].count(path) == 1


def _next(answer, at: str) -> str:
    assert answer.status_code == 302, (at, answer.text[-1500:])
    return answer["Location"]


def opened(client: Client, case: Case) -> str:
    assert client.post(f"/desk/cases/{case.pk}/look/", {"reason": "check"}).status_code == 302
    return client.get(f"/desk/cases/{case.pk}/").text


def to_desk(client: Client, verb: str, case: Case, **posted: str) -> None:
    case.refresh_from_db()
    address = reverse(f"desk:procedures:{verb}", kwargs={"case_id": case.pk})
    answer = client.post(address, {"seen": str(case.version), **posted})
    assert answer.status_code == 302, (verb, answer.text[-2500:])
