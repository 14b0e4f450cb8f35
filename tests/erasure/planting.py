"""A person whose every word can be recognised, planted through the pages wherever the city keeps anything of anybody."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from madoguchi.engines.consultation import services as consultation
from madoguchi.engines.consultation.mail_in.heard import hear
from madoguchi.engines.consultation.mail_in.rounds import receive_mail
from madoguchi.engines.consultation.models import Comment
from madoguchi.engines.consultation.services import arriving
from madoguchi.engines.consultation.tests import make as consulting
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging import services as messaging
from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.engines.records import services as records
from madoguchi.engines.records.tests import make as registering
from madoguchi.faces.portal.tests import kinds_pack
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel import audit, clock, jobs, packs, search, vault
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

WHOLE, SHORT = "keshi.zenbu", "keshi.mijikai"
DIVISION = "市民課"
DAY = dt.datetime(2026, 11, 22, 12, tzinfo=clock.JST)

# Nothing else in the city says these words.
PLANTED = {
    "family": "消印田",
    "given": "跡無子",
    "kana": "ケシインダ",
    "alias": "キエルナマエ",
    "address": "架空県見本市消失町７丁目".replace("７", "7"),
    "phone": "00-0000-7171",
    "login": "kieta.hito",
    "mail": "keshiinda.atonashi@mihon.invalid",
    "money": "7654321",
    "text": "逃げてきたため",
    "long_text": "くわしくは言いたくありません",
    "helper": "跡形次郎",
    "account": "0717171",
    "file": "跡無子の診断書",
    "note": "消すべき職員のひとこと",
    "remark": "消すべき直しの指さし",
    "reply": "消すべき本人の言い分",
    "signer": "連署跡形太郎",
    "reason": "消すべき却下のわけ",
    "waived": "消すべき省いたわけ",
    "job": "消すべき仕事の失敗",
    "found": "消すべき索引の見出し",
    "export": "消すべき持ち出しの中身",
    "told": "消すべき別件のお知らせ",
    "corrected": "消すべき直したあとの答え",
    "danger": "消すべき緊急に見たわけ",
    "shared": "消すべきほかの課に見せたわけ",
    "longer": "消すべき延ばしたわけ",
    "opinion": "消すべき意見の文章",
    "opinion_subject": "消すべきメールの件名",
    "opinion_file": "消すべき意見の添付",
    "unsent": "消すべき書きかけの意見",
    "child": "跡無之助",
    "allergy": "消すべきアレルギーの中身",
    "group": "消すべき団体の名前",
    "condition": "消すべき返ってきたようす",
}
NAME = {
    "family": PLANTED["family"],
    "given": PLANTED["given"],
    "family_kana": PLANTED["kana"],
    "given_kana": "アトナシコ",
}
ADDRESS = {"postcode": "0000000", "address": PLANTED["address"], "building": ""}
ANSWERS: dict[str, dict[str, str]] = {
    "applicant.name": NAME,
    "applicant.other_names": {"alias": PLANTED["alias"], "alias_kana": PLANTED["alias"], "use": "legal"},
    "applicant.birth": {"y": "1971", "m": "3", "d": "17"},
    "applicant.address": ADDRESS,
    "income": {"value": PLANTED["money"]},
    "uses": {"value": "", "is-other": "yes"},
    "other_use": {"value": PLANTED["text"]},
    "helpers.1.name": {**NAME, "family": PLANTED["helper"]},
    "helpers.1.other_names": {},
    "helpers.1.birth": {"y": "2001", "m": "1", "d": "2"},
    "helpers.1.address": ADDRESS,
    "helpers.1.phone": {"value": PLANTED["phone"]},
    "helpers.1.email": {"value": PLANTED["mail"]},
    "helpers.more": {"value": "no"},
    "account": {
        "bank": "見本銀行",
        "branch": "窓口支店",
        "kind": "futsu",
        "number": PLANTED["account"],
        "holder_kana": f"{PLANTED['kana']} アトナシコ",
    },
    "agrees": {"value": "yes"},
    "signed": {"value": f"{PLANTED['family']}　{PLANTED['given']}"},
    "tel": {"value": PLANTED["phone"]},
    "mail": {"value": PLANTED["mail"]},
    "lives": ADDRESS,
    "since": {"y": "1999", "m": "9", "d": "9"},
    "how_many": {"value": "17"},
    "is_new": {"value": "yes"},
    "which": {"value": "one"},
    "more": {"value": PLANTED["long_text"]},
}
_MORE = """      tel:
        {type: phone, sensitivity: personal, label: 電話, why: 確認のためです。, ground: 連絡, keep: case,
         lookup: exact, required: false}
      mail: {type: email, sensitivity: personal, label: メール, why: 確認のためです。, ground: 連絡, keep: case, required: false}
      lives: {type: address, sensitivity: personal, label: いる所, why: 確認のためです。, ground: 申し込む人と連絡するため, keep: case}
      since: {type: date, label: いつから, why: 確認のためです。, ground: 申し込む人と連絡するため, keep: case}
      how_many: {type: number, label: 何人, least: 1, most: 99, why: 確認のためです。, ground: 申し込む人と連絡するため, keep: case}
      is_new: {type: yes_no, label: はじめてですか, why: 確認のためです。, ground: 申し込む人と連絡するため, keep: case}
      which: {type: choice, label: どれ, options: {one: 一, two: 二}, why: 確認のためです。, ground: 申し込む人と連絡するため, keep: case}
      more:
        type: long_text
        label: ほかに
        why: 確認のためです。
        ground: 事情を知って助けるため
        keep: until_closed
"""
_TAIL = """documents:
  - {id: shindansho, title: 診断書}
  - {id: betsu, title: 別の書類}
cosigners:
  - {id: partner, title: 配偶者, statement: "{{applicant.name}}の申し込みに同意します。", ground: 同意}
flow:
  received: {label: 受付, next: [checking, withdrawn]}
  checking: {label: 確認, by: division, next: [returned, done, refused, withdrawn]}
  returned: {label: 直すところ, tell: returned, next: [checking, withdrawn]}
  done: {label: 決定, end: done, letter: toroku_tsuchi, tell: decided}
  refused: {label: 却下, end: done, letter: toroku_tsuchi, tell: decided}
  withdrawn: {label: 取下げ, end: cancelled}
retention: {class: 1年, from: end_of_fiscal_year}
examples:
  - given: {}
    then: {first: received}
"""


@dataclass
class Person:
    """Whom everything is about, and the references of it."""

    account: Account
    actor: Actor
    browser: Client
    clerk: Actor
    head: Actor
    cases: list[Case] = field(default_factory=list)
    comment: Comment | None = None
    wrote: uuid.UUID | None = None  # the party made for it
    planner: Actor | None = None


def lay(folder: Path) -> Path:
    """The minimal pack with a procedure that asks every kind of question, and a short one."""
    pack = kinds_pack.lay(folder)
    for key, title, more in ((WHOLE, "全部を聞く手続", kinds_pack._LOAN + _MORE), (SHORT, "短い手続", "")):
        tail = _TAIL if more else kinds_pack._TAIL + kinds_pack._EXAMPLE
        head = kinds_pack._HEAD.format(key=key, title=title, names="[legal, former, alias]")
        head = head.replace("        reuse: profile\n", "        reuse: profile\n        lookup: exact\n", 1)
        (pack / "procedures" / f"{key}.yaml").write_text(head + more + tail, encoding="utf-8")
        with (pack / "procedures" / "register.csv").open("a", encoding="utf-8") as register:
            register.write(f"{key},{title},市民課,申請,見本市条例 第1条,,,,,model,,counter\n")
    return pack


def build(folder: Path) -> None:
    packs.apply(lay(folder), by=SYSTEM)
    people.keep_division(key="介護保険課", name="介護保険課")


def person() -> Person:
    """Somebody with an account, a profile, and staff who handle what they send."""
    account = people.open_account(
        kind="resident", login=PLANTED["login"], password="kesu-mae-no-aikotoba", by=SYSTEM
    )
    people.keep_party(
        profile={
            "name": NAME,
            "birth": "1971-03-17",
            "address": ADDRESS,
            "phone": PLANTED["phone"],
            "email": PLANTED["mail"],
        },
        account=account,
        by=SYSTEM,
    )
    browser = enter(Client(), account)
    clerk = make.clerk("tantou", division=DIVISION)
    return Person(
        account, identity.actor_for(account), browser, clerk, make.clerk("kacho", "head", division=DIVISION)
    )


def plant(who: Person) -> None:
    """Everything a person leaves in a city: two cases, one corrected, co-signed and refused, and an open draft."""
    whole = _sent(who, WHOLE, keep=True)
    _others(who, whole)
    _seen_by_others(who, whole)
    who.cases = [_decided(who, _corrected(who, whole)), _withdrawn(who, _sent(who, SHORT))]
    thrown = who.browser.post(f"/procedures/{SHORT}/start/")["Location"]
    who.browser.post(f"{thrown}discard/", {"sure": "yes"})
    _answer(who.browser, who.browser.post(f"/procedures/{WHOLE}/start/")["Location"], stop_at="account")
    _opinion(who)
    _records(who)
    jobs.run_due()
    jobs.run_due()
    _what_should_not_be_there(who)


def _records(who: Person) -> None:
    """A child with an allergy, interviewed; a group; a device that came back."""
    registering.kinds()
    child = {"given": PLANTED["child"], "y": "令和6", "m": "6", "d": "3", "emergency_phone": "00-0000-7172"}
    told = {"allergies.has": "yes", "allergies.what": PLANTED["allergy"]}
    asked = who.browser.post("/my/registrations/new/ichiji_azukari/", child | told)
    group = {"name": PLANTED["group"], "members": "3", "field": "other", "residents": PLANTED["signer"]}
    assert who.browser.post("/my/registrations/new/dantai/", group)["Location"] != asked["Location"]
    party = identity.party(who.actor.party)
    assert party is not None
    lender = registering.staff("kashi", registering.LENDING)
    loan = records.lend(thing=registering.thing(), party=party, by=lender)
    records.give_back(loan=loan, condition=PLANTED["condition"], by=lender)


def _opinion(who: Person) -> None:
    """An opinion by e-mail with a picture, settled by staff; and one that was never sent."""
    who.planner = consulting.staff("kikaku", consulting.PLANNING, "planner")
    call = consulting.opened(who.planner)
    mail = EmailMessage()
    mail["From"] = f"{PLANTED['family']} {PLANTED['given']} <{PLANTED['mail']}>"
    mail["Subject"] = PLANTED["opinion_subject"]
    mail.set_content(PLANTED["opinion"])
    paper = picture()
    mail.add_attachment(
        paper.read(), maintype="image", subtype="png", filename=f"{PLANTED['opinion_file']}.png"
    )
    raw = mail.as_bytes()
    heard = hear(raw)
    arrival = receive_mail(raw=raw, mail=heard, at=clock.now())
    arriving.take_papers(arrival=arrival, papers=heard.papers, by=SYSTEM)
    who.comment, who.wrote = arrival.comment, arrival.comment.party_id
    [part] = who.comment.parts.all()
    consultation.withhold(part=part, reason="greeting", note="時候のあいさつ", by=who.planner)
    consultation.keep_unsent(call=call, content={"text": PLANTED["unsent"]}, by=SYSTEM)


def _sent(who: Person, key: str, *, keep: bool = False) -> Case:
    draft = who.browser.post(f"/procedures/{key}/start/")["Location"]
    _answer(who.browser, draft)
    response = who.browser.post(f"{draft}submit/", {"keep": "yes"} if keep else {})
    assert response.status_code == 302, response.text
    return Case.objects.select_related("draft__key", "definition").order_by("-pk")[0]


def _answer(browser: Client, draft: str, *, stop_at: str = "") -> None:
    asked_more = False
    for _turn in range(60):
        following = browser.get(draft)["Location"]
        if "/reuse/" in following:
            browser.post(f"{draft}question/applicant.name/", NAME)
            continue
        if "/papers/shindansho/" in following:
            browser.post(following, {"value": picture()})
            continue
        if "/papers/" in following:
            browser.post(following, {"later": "yes", "way": "later", "then": "later"})
            continue
        if "/question/" not in following:
            return
        path = following.split("/question/")[1].rstrip("/")
        if path == stop_at:
            return
        said = ANSWERS[path]
        if path == "helpers.more" and not asked_more:
            asked_more, said = True, {"value": "yes"}
        response = browser.post(following, said)
        assert response.status_code == 302, (path, response.text[-3000:])
    raise AssertionError(f"the form does not end: {following}")


def picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.effect_noise((40, 40), 50).save(made, "PNG")
    return SimpleUploadedFile(f"{PLANTED['file']}.png", made.getvalue(), content_type="image/png")


def _others(who: Person, case: Case) -> None:
    """Somebody else signs; a clerk writes a note and does without a paper."""
    page = who.browser.post(f"/my/{case.pk}/signers/partner/invite/")
    address = re.search(r">http://testserver(/sign/[\w-]+/)</textarea>", page.text)
    assert address is not None
    stranger = Client()
    seen = re.search(r'name="seen" value="(\w+)"', stranger.get(address[1]).text)
    assert seen is not None
    stranger.post(address[1], {"seen": seen[1], "name": PLANTED["signer"]})
    services.add_note(case=case, text=PLANTED["note"], by=who.clerk)


def _seen_by_others(who: Person, case: Case) -> None:
    """Another division looks in an emergency, and is let in by a law; the case goes out in a list."""
    other = make.clerk("yoso", "head", division="介護保険課")
    services.open_in_emergency(receipt=case.receipt, danger="life", why=PLANTED["danger"], by=other)
    services.share(
        case=case, to="介護保険課", ground="law", law="見本市条例 第2条", why=PLANTED["shared"], by=who.clerk
    )
    export = services.ask_export(
        cases=[case.pk],
        division=DIVISION,
        procedure=WHOLE,
        columns=["receipt", "answers.applicant.name"],
        why="年度末の名簿の突き合わせに使うため",
        wanted={},
        by=who.clerk,
    )
    services.approve_export(export=export, by=who.head)
    services.take_export(export=export, by=who.clerk)


def _corrected(who: Person, case: Case) -> Case:
    case = Case.objects.get(pk=case.pk)
    case = services.advance(case=case, to="checking", by=who.clerk, seen=case.version)
    asked = {
        "other_use": services.Wanted(PLANTED["remark"], "incorrect"),
        "income": services.Wanted(PLANTED["remark"], "incorrect"),
    }
    services.ask_correction(case=case, items=asked, by=who.clerk, seen=case.version)
    posted = {
        "other_use:value": PLANTED["corrected"],
        "other_use:asked": "1",
        "income:asked": "1",
        "income:value": PLANTED["money"],
        "income:right": "1",
        "income:why": PLANTED["reply"],
        "seen": "0",
        "then": "check",
    }
    response = who.browser.post(f"/my/{case.pk}/correct/", posted)
    assert response.status_code == 302, response.text[-3000:]
    version = case.corrections.get().buffer_version
    response = who.browser.post(f"/my/{case.pk}/correct/check/", {"seen": version})
    assert response.status_code == 302, response.text[-3000:]
    return Case.objects.get(pk=case.pk)


def _decided(who: Person, case: Case) -> Case:
    services.waive_paper(case=case, document="betsu", why=PLANTED["waived"], by=who.clerk)
    for item in list(case.corrections.get().items.all()):
        services.confirm_item(case=case, item_id=str(item.pk), by=who.clerk)
    case.refresh_from_db()
    services.decide(case=case, outcome="refused", reason=PLANTED["reason"], by=who.head, seen=case.version)
    return Case.objects.get(pk=case.pk)


def _withdrawn(who: Person, case: Case) -> Case:
    who.browser.post(f"/my/{case.pk}/withdraw/", {"seen": case.version, "sure": "yes"})
    return Case.objects.get(pk=case.pk)


def _what_should_not_be_there(who: Person) -> None:
    """What nobody writes today, but somebody will tomorrow: it goes all the same."""
    case, party = who.cases[0], make.party_of(who.actor)
    services.extend(case=case, until=dt.date(2028, 6, 1), why=PLANTED["longer"], by=who.head)
    Job.objects.filter(about=str(case.ref)).update(last_error=f"ValueError: {PLANTED['job']}")
    search.put(case.ref, kind="case", title=PLANTED["found"], text=PLANTED["found"])
    draft = Draft.objects.get(account=who.account.pk, closed_at=None)
    opinion = [Ref.to(who.comment)] if who.comment is not None else []
    for about in (case.ref, Ref.to(draft), *opinion):
        vault.keep_artefact(
            content=PLANTED["export"].encode(),
            name=f"{PLANTED['export']}.csv",
            content_type="text/csv",
            about=about,
            kind="export",
        )
    for about in (case.ref, Ref("booking", "booking", "1")):
        messaging.notify(
            kind="told",
            about=about,
            recipient=party,
            subject=PLANTED["told"],
            body=PLANTED["told"],
            by=SYSTEM,
            key=f"told:{about}",
        )
    audit.record_read(case.ref, by=who.clerk, purpose="審査", what="請求の全部", subject=party.pk)
