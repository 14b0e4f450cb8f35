"""Words that want to be more than words: kept as written, shown as written, on every page, paper, mail and list."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from madoguchi.engines.booking.models import Area, Import
from madoguchi.engines.booking.tests import make as booked
from madoguchi.engines.consultation.services.bringing import bring_call
from madoguchi.engines.consultation.shape import CallFile, OpinionRow, RulesFile
from madoguchi.engines.directory.models import Counter
from madoguchi.engines.plan.models import Item, Measure, YearReport
from madoguchi.engines.plan.queries import years as plan
from madoguchi.engines.plan.tests import make as planned
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.queue.tests import make as counters
from madoguchi.faces.api.tests.conftest import Program, token_for
from madoguchi.faces.shared.files import send_content
from madoguchi.faces.shared.sheets import as_text
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.refs import SYSTEM, new_id

from . import walk
from .conftest import browser_of

WORDS = [
    '"><script>alert(1)</script>',
    "'; DROP TABLE audit_event;--",
    "{{ 7*7 }}{% debug %}",
    '#import "x" $a$ @b',
    "=cmd|' /C calc'!A0",
    "${jndi:ldap://x}",
    "%s%n%(code)s",
    "<!--#exec cmd-->",
    "\\u0000\\x3cscript",
    "&lt;b&gt;&#x3c;",
]


@pytest.mark.parametrize("words", list(zip(WORDS[::2], WORDS[1::2], strict=True)), ids=repr)
def test_a_name_that_is_code_is_a_name_wherever_it_is_shown(aoi, sato, words):
    word, other = words
    name = {**make.NAME, "family": word, "given": other}
    case = make.received(aoi, {**make.ANSWERS, "applicant.name": name})

    resident, desk = browser_of(aoi), browser_of(sato)
    assert desk.post(f"/desk/cases/{case.pk}/look/", {"reason": "check"}).status_code == 302
    shown = {
        "their case": resident.get(f"/my/{case.pk}/"),
        "their receipt": resident.get(f"/my/{case.pk}/receipt/"),
        "the desk": desk.get(f"/desk/cases/{case.pk}/"),
        "looked for": desk.get("/desk/find/", {"q": word}),
        "searched": browser_of().get("/search", {"q": word}),
    }
    assert {where: page.status_code for where, page in shown.items()} == dict.fromkeys(shown, 200)
    assert [
        where
        for where, page in shown.items()
        if not walk.is_whole(page) or is_raw(word, page.text) or is_raw(other, page.text)
    ] == []
    for where in ("the desk", "searched"):
        assert says(word, shown[where].text), where
    assert says(other, shown["the desk"].text)
    told = Program(token_for(aoi)).call("GET", f"/cases/{case.receipt}")
    assert (told.status_code, told["Content-Type"]) == (200, "application/json; charset=utf-8")


def is_raw(word: str, page: str) -> bool:
    """Whether it stands there as code: nothing that HTML gives a meaning may be left in it."""
    return any(sign in word for sign in "<>\"'&") and word in page


def says(word: str, page: str) -> bool:
    """Whether a reader of the page sees it as it was written."""
    return word in html.unescape(re.sub(r"<[^>]*>", "", page))


# ------------------------------------------------------------------ lists


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        " =1",
        "\u3000=1",
        "\r\n=1",
        "＝1",
        "＋1",
        "%1",
        "|cmd",
        "\ufeff=1",
    ],
)
def test_a_cell_that_would_be_a_formula_begins_with_an_apostrophe(cell):
    assert as_text(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "子育て支援課", "1=1", "a@b", "'quoted"])
def test_an_ordinary_cell_stays_as_it_is(cell):
    assert as_text(cell) == cell


@pytest.mark.django_db
def test_no_list_of_the_site_holds_a_formula(aoi, sato):
    """Every address that gives CSV, with a division that is named like one."""
    make.received(aoi)
    somebody = enter(browser_of(aoi), make.clerk("ogawa", "head", "records"))
    identity.keep_division(key=make.DIVISION, name="=HYPERLINK(1)")
    _named_like_formulas()
    _counters_and_imports_named_like_formulas()
    lists = [address for address, _guard in walk.addresses() if "csv" in address]

    cells = {}
    for address in lists:
        response = somebody.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8"), address
        assert response["Content-Disposition"].startswith("attachment")
        rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
        cells[address] = [cell for row in rows for cell in row]

    assert len(lists) >= 3
    assert [
        (a, cell) for a, found in cells.items() for cell in found if cell[:1] in set("=+-@\t＝＋－＠|%")
    ] == []
    assert any("'=HYPERLINK(1)" in found for found in cells.values()), "it was there, as text"


def _named_like_formulas() -> None:
    """An item of the plan, a frozen year and a past call whose lists can be taken home, at the addresses the walk fills."""
    planned.bring(planned.small_plan())
    measure = Measure.objects.get()
    Item.objects.create(measure=measure, code="x", title="=SUM(1)", order=9)
    content = plan.year_content(1)
    YearReport.objects.create(
        fiscal_year=1, number=1, at=clock.now(), by=new_id(), content=content, digest="0" * 64
    )
    call = {
        "call": "x",
        "title": "=1+1",
        "document": "=1+1",
        "opens_on": "2016-07-01",
        "closes_on": "2016-07-25",
        "source": "見本",
        "persons": 1,
        "opinions": 1,
        "categories": [{"sign": "－", "label": "その他", "meaning": "other"}],
    }
    row = {"no": 1, "category": "－", "opinion": "=1+1 という意見", "answer": "@答え"}
    bring_call(
        call=CallFile.model_validate(call),
        rows=[OpinionRow.model_validate(row)],
        rules=RulesFile(),
        by=SYSTEM,
    )


def _counters_and_imports_named_like_formulas() -> None:
    """A counter and a file of another system's bookings, at the addresses the walk fills."""
    counters.line("x", "X")
    Counter.objects.filter(pk="x").update(name="=SUM(2)")
    area = booked.area()
    Area.objects.filter(pk=area.pk).update(division_id=make.DIVISION)
    clash = {"line": 2, "number": "=1+1", "why": "@重なり", "with": "+1"}
    Import.objects.create(
        pk=walk.NOBODYS, area=area, kind="bookings", digest="0" * 64, name="=1+1.csv", rows=1,
        clashes=[clash], made_at=clock.now(),
    )  # fmt: skip


# ------------------------------------------------------------------ headers


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nSet-Cookie: x=1.pdf",
        'a"; filename=b.exe',
        "あ\u202egpj.exe",
        "a\x00b",
        "a" * 5000,
        "../../etc/passwd",
        "%0d%0aX: y",
        "\ud800",
    ],
)
def test_a_files_name_stays_inside_its_header(name):
    response = send_content(b"x", "text/html", name)

    said = response["Content-Disposition"]
    assert said.startswith("attachment; filename*=UTF-8''")
    assert not re.search(r"[\r\n\x00\"/; ]", said.partition("UTF-8''")[2])
    assert list(response.headers) == [
        "Content-Type",
        "Content-Disposition",
        "Cache-Control",
        "X-Content-Type-Options",
        "Content-Security-Policy",
    ]
    assert "sandbox" in response["Content-Security-Policy"]
