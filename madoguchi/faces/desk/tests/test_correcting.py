"""補正 at the desk: what is asked, what is not seen while it is written, and what came back."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, get_resolver, reverse
from PIL import Image

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.models import Attachment, Case, CoSignature
from madoguchi.engines.procedures.tests import make
from madoguchi.kernel import jobs
from madoguchi.kernel.jobs.models import Job

PLANTED = "みのがしてはいけない目印"
APART = {
    **make.ANSWERS,
    "children.1.lives_together": {"value": "no"},
    "children.1.lives_at": {"postcode": "0000002", "address": "架空県見本市寮1", "building": ""},
}
PAPER = "documents.bekkyo_kango"


def photo(name):
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/png")


@pytest.fixture
def apart(aoi, sato) -> Case:
    """Aoi's claim for a child who lives elsewhere; the paper for that comes later. Sato checks it."""
    draft = make.answer_all(make.draft_of(aoi), aoi, APART)
    services.bring_later(draft=draft, document="bekkyo_kango", by=aoi)
    case = make.at(services.submit(draft=draft, by=aoi), "checking", sato=sato.actor)
    sato.opened(case)
    return case


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def ask(sato, case, **places):
    """Press the buttons of the return page: what is asked, read once more, then told."""
    posted = {"seen": case.version}
    for path, (why, remark) in places.items():
        posted |= {f"ask:{path}": "1", f"why:{path}": why, f"remark:{path}": remark}
    looked = sato.post("procedures:return", case, **posted)
    told = sato.post("procedures:return", case, **posted, then="send")
    assert told.status_code == 302, told.text
    return looked


def keep(case, aoi, **kept):
    seen = case.corrections.order_by("-asked_at").first().buffer_version
    services.save_correction(case=fresh(case), by=aoi, seen=seen, **kept)


def hand_in(case, aoi):
    seen = case.corrections.order_by("-asked_at").first().buffer_version
    services.hand_in_correction(case=fresh(case), by=aoi, seen=seen)


def test_the_return_page_offers_papers_beside_answers_with_what_is_the_matter(sato, apart):
    page = sato.get("procedures:return", apart).text
    assert f'name="ask:{PAPER}"' in page
    assert all(word in page for word in ("まちがい", "足りない", "古い"))

    looked = ask(
        sato,
        apart,
        **{"children.1.lives_at": ("incomplete", "寮の名前を"), PAPER: ("outdated", "新しい様式で")},
    )

    assert all(word in looked.text for word in ("寮の名前を", "新しい様式で", "古い"))
    items = {item.path: item for item in fresh(apart).corrections.get().items.all()}
    assert {path: item.why for path, item in items.items()} == {
        "children.1.lives_at": "incomplete",
        PAPER: "outdated",
    }


def test_a_reason_nobody_offers_is_taken_for_a_mistake(sato, apart):
    ask(sato, apart, event=("<b>x</b>", "理由を"))

    assert fresh(apart).corrections.get().items.get().why == "incorrect"


def test_staff_never_see_what_is_only_begun(sato, ogawa, aoi, apart):
    """A value is planted in the buffer, then every page of the desk that takes the case is opened."""
    ask(sato, apart, **{"children.1.lives_at": ("incomplete", "寮の名前を"), PAPER: ("outdated", "新しく")})
    keep(
        apart,
        aoi,
        posted={"children.1.lives_at": {**APART["children.1.lives_at"], "building": PLANTED}},
        papers={PAPER: services.PaperIn(photo(f"{PLANTED}.png"), f"{PLANTED}.png")},
    )
    half = Attachment.objects.exclude(correction=None).get()
    jobs.run_due()

    pages = 0
    for desk in (sato, ogawa):
        desk.opened(fresh(apart))
        for address in every_desk_page(apart):
            response = desk.browser.get(address, {"q": PLANTED, "outcome": "granted"}, follow=True)
            content = b"".join(response) if response.streaming else response.content
            pages += response.status_code == 200
            assert PLANTED not in content.decode("utf-8", "replace").replace(
                f'value="{PLANTED}"', ""
            ).replace(f"「{PLANTED}」", ""), address
            assert str(half.file_id) not in content.decode("utf-8", "replace"), address
        assert desk.browser.get(
            reverse("desk:procedures:file", args=[apart.pk, half.file_id])
        ).status_code in {404, 409}
    assert pages > 20
    assert PLANTED not in repr([row.__dict__ for row in Job.objects.all()])
    assert PLANTED not in repr(queries.read_for_staff(sato.actor, apart.pk))


def every_desk_page(case):
    """All addresses of the desk that take nothing, or this case."""
    for name in sorted(names_of(get_resolver())):
        for kwargs in ({}, {"case_id": case.pk}):
            try:
                yield reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue


def names_of(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names_of(pattern, space)
        elif (
            pattern.name and f"{prefix}{pattern.name}".startswith("desk:") and "sign_out" not in pattern.name
        ):
            yield f"{prefix}{pattern.name}"


def test_what_came_back_stands_before_and_after_with_the_old_paper_beside(sato, aoi, apart):
    ask(sato, apart, **{"children.1.lives_at": ("incomplete", "寮の名前を"), PAPER: ("incomplete", "見本を")})
    keep(
        apart,
        aoi,
        posted={"children.1.lives_at": {**APART["children.1.lives_at"], "building": "見本寮 203"}},
        papers={PAPER: services.PaperIn(photo("new.png"), "new.png")},
    )
    hand_in(apart, aoi)

    page = sato.get("procedures:case", apart).text

    confirm = page.split('id="next"')[1].split("</section>")[0]
    assert "<del>〒000-0002 架空県見本市寮1</del>" in confirm
    assert "<ins>〒000-0002 架空県見本市寮1 見本寮 203</ins>" in confirm
    assert "新しいもの" in confirm
    ids = [str(item.pk) for item in fresh(apart).corrections.get().items.all()]
    press = {"seen": fresh(apart).version, "to": "deciding"}
    assert sato.post("procedures:confirm", apart, **press, item=ids[0]).status_code == 422
    assert sato.post("procedures:confirm", apart, **press, item=ids).status_code == 302
    assert fresh(apart).state == "deciding"


def test_right_as_it_stands_is_read_with_its_reason(sato, aoi, apart):
    ask(sato, apart, event=("incorrect", "理由を"))
    keep(apart, aoi, right={"event": "出生で合っています。"})
    hand_in(apart, aoi)

    page = sato.get("procedures:case", apart).text

    assert "ご本人：このままで正しい" in page
    assert "出生で合っています。" in page


def test_an_answer_by_telephone_asks_also_what_it_calls_for(sato, aoi):
    case = make.at(make.received(aoi), "checking", sato=sato.actor)
    sato.opened(case)
    ask(sato, case, **{"children.1.lives_together": ("incorrect", "確かめて")})
    case = fresh(case)
    apart = {"children.1.lives_together:value": "no", "seen": case.version}

    more = sato.post("procedures:answer", case, **apart)
    assert more.status_code == 422
    assert 'name="children.1.lives_at:address"' in more.text
    assert f'name="{PAPER}:way"' in more.text

    told = {f"children.1.lives_at:{name}": value for name, value in APART["children.1.lives_at"].items()}
    done = sato.post("procedures:answer", case, **apart, **told, **{f"{PAPER}:way": "paper"})
    assert done.status_code == 302
    assert Attachment.objects.get().way == "paper"


def test_a_telephoned_it_is_right_needs_its_reason(sato, aoi):
    case = make.at(make.received(aoi), "checking", sato=sato.actor)
    sato.opened(case)
    ask(sato, case, event=("incorrect", "確かめて"))
    case = fresh(case)
    same = {"event:value": "birth", "event:right": "1", "seen": case.version}

    assert sato.post("procedures:answer", case, **same).status_code == 422
    assert (
        sato.post("procedures:answer", case, **same, **{"event:why": "母子手帳のとおり"}).status_code == 302
    )
    assert case.corrections.get().items.get().reply == "母子手帳のとおり"


# 行政手続法 第7条


def begin(sato):
    return sato.post("procedures:receive", procedure=make.KEY, channel="post")["Location"]


def most(*missing):
    return {
        f"{path}:{name}": value
        for path, posted in make.ANSWERS.items()
        for name, value in posted.items()
        if path not in missing
    }


def test_a_paper_with_answers_missing_is_received_listed_and_asked_for(sato):
    entry = begin(sato)
    refused = sato.browser.post(entry, {**most("account"), "then": "receive"})
    assert "未記入のまま受け付ける" in refused.text

    read = sato.browser.post(entry, {**most("account"), "then": "receive_as_it_is"})
    assert "行政手続法 第7条" in read.text
    assert 'value="confirmed_as_it_is"' in read.text
    done = sato.browser.post(entry, {"then": "confirmed_as_it_is"})

    case = Case.objects.get()
    assert (case.gaps, case.state) == (1, "received")
    assert "未記入が1か所あります" in sato.browser.get(done["Location"]).text
    assert "未記入 1か所" in sato.get("procedures:cases").text
    assert case.receipt in sato.get("procedures:cases", gaps="1").text

    case = make.at(case, "checking", sato=sato.actor)
    sato.opened(case)
    assert "未記入の1か所を聞く" in sato.get("procedures:case", case).text
    prepared = sato.get("procedures:return", case, gaps="1").text
    row = re.search(r'<li class="mend ticked" id="f-account">.*?</li>', prepared, re.DOTALL)
    assert row is not None
    assert "書かれていないので、教えてください。" in row[0]
    assert prepared.count('class="mend ticked"') == 1


def test_the_missing_answer_comes_by_telephone_and_then_nothing_is_missing(sato):
    entry = begin(sato)
    sato.browser.post(entry, {**most("account"), "then": "confirmed_as_it_is"})
    case = make.at(Case.objects.get(), "checking", sato=sato.actor)
    sato.opened(case)
    ask(sato, case, account=("incomplete", "書かれていません"))
    case = fresh(case)

    told = {f"account:{name}": value for name, value in make.ACCOUNT.items()}
    assert sato.post("procedures:answer", case, seen=case.version, **told).status_code == 302

    assert fresh(case).gaps == 0


def test_who_does_not_fit_is_received_too_and_refused_with_reasons_afterwards(sato):
    entry = begin(sato)
    unfit = {**most(), "works_as_public_servant:value": "yes"}

    page = sato.browser.post(entry, {**unfit, "then": "keep"})
    assert "対象外でも、そのまま受け付ける" in page.text
    sato.browser.post(entry, {**unfit, "then": "confirmed_as_it_is"})

    assert Case.objects.get().gaps == 0


# 連署


def test_a_signature_on_paper_is_recorded_with_the_name_that_stands_there(sato, aoi):
    make.with_cosigners()
    case = make.received(aoi)
    assert "署名待ち 2人" in sato.get("procedures:case", case).text
    assert sato.post("procedures:signature", case, signer="spouse", name="見本 けん").status_code == 403

    sato.opened(case)
    page = sato.get("procedures:case", case).text
    assert "紙の署名を受け取った" in page
    assert sato.post("procedures:signature", case, signer="spouse", name=" ").status_code == 422
    assert sato.post("procedures:signature", case, signer="nobody", name="x").status_code == 404
    assert sato.post("procedures:signature", case, signer="spouse", name="見本 けん").status_code == 302

    assert CoSignature.objects.get(signer="spouse").name == "見本 けん"
    assert fresh(case).unsigned == 1
    assert "見本 けん" in sato.get("procedures:case", case).text


def test_granting_too_early_says_what_is_missing(sato, ogawa, aoi):
    make.with_cosigners()
    case = make.at(make.received(aoi), "deciding", sato=sato.actor)
    ogawa.opened(case)

    response = ogawa.post(
        "procedures:decide", case, seen=fresh(case).version, outcome="granted", then="decide"
    )

    assert response.status_code == 409
    assert "ほかの人の署名が2人分そろっていない" in response.text
    assert fresh(case).state == "deciding"
