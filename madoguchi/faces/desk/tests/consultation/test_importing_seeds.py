"""The four documents the city published, through the desk: read, put together, laid over, and the loops they close."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from madoguchi.engines.consultation.models import Call, Doubt, Opinion, ReadDocument
from madoguchi.engines.consultation.services.importing.taking_over import circled
from madoguchi.engines.consultation.tests.past_calls import bring_past
from madoguchi.engines.consultation.tests.seeds import NAMES, SHARED, needs_seeds, oracle, seed
from madoguchi.engines.plan.tests.make import bring as bring_plan

pytestmark = [pytest.mark.django_db, needs_seeds, pytest.mark.slow]

CALLS = {"joho-r1": "000", "torikumi-r4": "001", "joho-h28": "003"}
# Catalogue B.6: what was said in 2016 and in 2019, and the item of the plan where it shows.
LOOPS = [("joho-h28", number) for number in (2, 5, 7, 9, 12, 15, 20, 24, 27, 33, 47, 48)] + [
    ("joho-r1", number) for number in (2, 3, 8)
]


def bring(staff: Any, name: str) -> ReadDocument:
    file = SimpleUploadedFile(seed(name).name, seed(name).read_bytes())
    response = staff.browser.post(reverse("desk:consultation:documents"), {"file": file}, follow=True)
    assert response.status_code == 200, response.text
    return ReadDocument.objects.get(name=seed(name).name)


def agree(staff: Any, document: ReadDocument) -> None:
    """A person looks at each doubt and decides for what was read, as the form has it."""
    for _turn in range(200):
        page = staff.get("consultation:document", document.pk)
        waiting = Doubt.objects.filter(document=document, state="open").count()
        if not waiting:
            return
        action = re.search(r'<form method="post" action="([^"]+/[0-9a-f-]{36}/[0-9a-f-]{36}/)">', page.text)[
            1
        ]
        staff.browser.post(action, {"act": "decide", **_as_shown(page.text)})
        assert Doubt.objects.filter(document=document, state="open").count() == waiting - 1


def _as_shown(text: str) -> dict[str, str]:
    """What the form would send as it stands."""
    form = text.partition('class="read doubted"')[2].partition("</form>")[0]
    if found := re.search(r'type="radio" name="value" value="([^"]*)"[^>]* checked', form):
        return {"value": found[1]}
    if found := re.search(r'<textarea[^>]*name="value"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        return {"value": _plain(found[1])}
    found = re.search(r'<input[^>]*name="value"[^>]*value="([^"]*)"', form)
    return {"value": _plain(found[1])} if found else {}


def _plain(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


@pytest.mark.accepts("B-04-T1")
@pytest.mark.parametrize("name", ["000", "001", "003"])
def test_a_document_brought_and_decided_on_the_desk_is_stored_as_the_oracle_has_it(planner, name):
    document = bring(planner, name)
    agree(planner, document)

    planner.post("consultation:document_take", document.pk, key=f"past-{name}")

    call = Call.objects.get(key=f"past-{name}")
    stored = [_row(one) for one in call.opinions.select_related("answer", "category").order_by("number")]
    first: dict[Any, int] = {}
    for one in stored:
        one["answer_shared_from"] = first.get(one["answer_id"])
        first.setdefault(one.pop("answer_id"), one["no"])
    expected = oracle(name)
    assert stored == [_expected(one) for one in expected["opinions"]]
    period = expected["meta"]["period"]
    assert (call.opens_on.isoformat(), call.closes_on.isoformat()) == (period["start"], period["end"])
    assert (call.persons, call.organisations) == (
        expected["meta"]["persons"],
        expected["meta"]["organisations"],
    )
    assert [(one.sign, one.label) for one in call.categories.all()] == [
        (one["glyph"], one["label"]) for one in expected["meta"]["category_legend"]
    ]


def _row(one: Opinion) -> dict[str, Any]:
    answer = re.sub(r"\{\{opinion:[^}]+\}\}", "§", one.answer.text) if one.answer else ""
    return {
        "no": one.number,
        "section_path": one.section,
        "category": one.category.sign if one.category else None,
        "category_printed": one.category_printed or None,
        "item_final_no": one.item_number,
        "item_draft_no": one.item_draft_number,
        "opinion_first20": one.text[:20],
        "opinion_last12": one.text[-12:],
        "opinion_chars": len("".join(one.text.split())),
        "answer_last12": answer[-12:] if "§" not in answer else None,
        "answer_chars": len("".join(answer.split())) if "§" not in answer else None,
        "answer_id": one.answer_id,
    }


def _expected(one: dict[str, Any]) -> dict[str, Any]:
    refers = bool(one["cross_refs"])
    return {
        **{name: one[name] for name in ("no", "section_path", "category", "category_printed", "answer_shared_from")},
        **{name: one[name] for name in ("opinion_first20", "opinion_last12", "opinion_chars")},
        "item_final_no": circled(one.get("item_final_no")),
        "item_draft_no": circled(one.get("item_draft_no")),
        "answer_last12": None if refers else one["answer_last12"],
        "answer_chars": None if refers else one["answer_chars"],
    }  # fmt: skip


@pytest.mark.accepts("B-04-T1")
@pytest.mark.parametrize("order", [("002", "003"), ("003", "002")])
def test_002_and_003_are_put_together_in_either_order_with_the_report_on_a_page(planner, order):
    for name in order:
        bring(planner, name)

    twin = ReadDocument.objects.get(state="merged")
    assert (twin.name, twin.same_as.name) == (seed("002").name, seed("003").name)
    report = twin.merging["report"]
    assert len(report["text_differences"]) == 14
    assert len(report["category_conflicts"]) == 2
    assert len(report["missing_marks"][seed("002").name]) == 36
    page = planner.get("consultation:document", twin.pk)
    assert "文字の違い 14か所（12マス）" in page.text
    assert "対応区分の食い違い 2件" in page.text
    assert "36件の印が失われています" in page.text
    assert set(twin.same_as.doubts.filter(field="category").values_list("number", flat=True)) == {"32", "35"}


@pytest.fixture
def loaded(planner, settings) -> Any:
    """A planner of a fresh installation pressed 原資料を読み込む."""
    settings.SEEDS = str(SHARED / "seeds")
    bring_plan()
    for key in CALLS:
        bring_past(key)
    page = planner.get("consultation:documents")
    assert "原資料を読み込む" in page.text
    return planner.post("consultation:load_seeds")


def test_the_originals_load_with_one_press_and_the_public_pages_show_them(loaded, planner, client):
    assert "3件の募集に原文を重ねました" in loaded.text
    assert ReadDocument.objects.count() == len(NAMES)  # the plan itself is no results document

    for key, name in CALLS.items():
        rows = oracle(name)["opinions"]
        page = client.get(reverse("portal:opinions:call", args=[key]), headers={"Accept-Language": "ja"})
        assert page.text.count('<tr id="no') == len(rows)
        assert "公表された原資料の文のままです" in page.text
        assert "出典：" in page.text
        squeezed = "".join(_plain(page.text).split())
        assert [one["no"] for one in rows if "".join(one["opinion_first20"].split()) not in squeezed] == []
    call = Call.objects.get(key="joho-h28")
    assert call.opinions.filter(text="").count() == 0
    assert call.opinions.exclude(items=None).count() == 23
    assert call.read_from.get(state="taken").merging["overlay"]["differences"] == []

    planner.post("consultation:load_seeds")  # a second press changes nothing
    assert ReadDocument.objects.count() == len(NAMES)
    assert client.get(reverse("portal:opinions:call", args=["joho-h28"])).text.count('<tr id="no') == 49

    planner.post("consultation:summaries", "joho-h28")
    page = client.get(reverse("portal:opinions:call", args=["joho-h28"]), headers={"Accept-Language": "ja"})
    assert "この見本がつくった要約です" in page.text


def test_each_loop_leads_from_the_opinion_to_the_item_of_the_plan_and_back_within_two_clicks(loaded, client):
    lost = [place for place in LOOPS if not _closes(client, *place)]

    assert lost == []


def _closes(client: Any, key: str, number: int) -> bool:
    """The page of the opinion prints the original and names an item, whose page leads back to it."""
    opinion = reverse("portal:opinions:opinion", args=[key, number])
    text = client.get(opinion, headers={"Accept-Language": "ja"}).text
    original = Opinion.objects.get(call__key=key, number=number).text
    assert original[:15] in _plain(text)
    items = set(re.findall(rf'href="({_ITEM}[A-Z][0-9-]+/|{_FORMER}#[^"]+)"', text))
    return any(opinion in client.get(item, headers={"Accept-Language": "ja"}).text for item in items)


_FORMER = re.escape(reverse("portal:plan:former"))
_ITEM = re.escape(reverse("portal:plan:item", args=["X"]).removesuffix("X/"))
