"""抽選 as residents and strangers use it: entering, looking a receipt up, and drawing again oneself."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.engines.lottery import drawing, queries, services
from madoguchi.engines.lottery.models import Entry
from madoguchi.engines.lottery.tests import make
from madoguchi.faces.shared.templatetags.city import moment
from madoguchi.kernel import clock
from madoguchi.kernel.jobs import run_due
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def round_():
    """A round that is open now, by the machine's clock."""
    return make.a_round(beacons=[services.Numbers("見本くじ 第1回（架空）", clock.now() + 8 * make.DAY)])


def href(name, *args):
    return reverse(f"portal:draws:{name}", args=args)


def wished(*items, tier="residents", **more):
    said = {f"wish-{rank}-1": item for rank, item in enumerate(items, 1)}
    return said | {"tier": tier} | more


def drawn(round_):
    make.drawn(round_)
    round_.refresh_from_db()
    return round_


def test_where_there_is_no_draw_yet_that_is_said(client):
    text = client.get(href("list")).text

    assert "いま申し込める抽選はありません。" in text
    assert client.get(href("round", "nai")).status_code == 404
    assert client.get(href("find")).status_code == 200


def test_a_round_says_its_rules_in_words_and_its_promises_before_anybody_enters(client, round_):
    text = client.get(href("round", round_.key)).text

    assert "希望は、順番をつけて3つまで書けます。" in text
    assert "区内にお住まいの方 → そのほかの方" in text
    assert round_.rules_hash in text and round_.inventory_hash in text and round_.salt_commitment in text
    assert "見本くじ 第1回（架空）" in text
    assert "締め切ったときに、ここに出ます。" in text
    assert "のこり6日" in text
    file = client.get(href("file", round_.key, "rules.json"))
    assert drawing.digest(file.content.decode()) == round_.rules_hash, "the file is the one that was hashed"
    assert client.get(href("file", round_.key, "entries.txt")).status_code == 404
    assert client.get(href("proof", round_.key)).status_code == 404


def test_entering_asks_to_sign_in_and_works_without_a_script(aoi, round_):
    assert Client().get(href("enter", round_.key)).status_code == 302
    page = aoi.get(href("enter", round_.key)).text
    assert "第3希望" in page and "見本コート2" in page
    token = page.partition('name="once" value="')[2][:36]

    answer = aoi.post(href("enter", round_.key), wished("court.2", "court.1", once=token))
    again = aoi.post(href("enter", round_.key), wished("court.2", "court.1", once=token))

    entry = Entry.objects.get()
    assert answer.url == again.url == href("entry", entry.pk), "pressed twice is one entry"
    assert entry.wishes == [["court.2"], ["court.1"]]
    text = aoi.get(answer.url).text
    assert entry.receipt in text
    assert text.index("見本コート2") < text.index("見本コート1")
    assert entry.receipt in aoi.get(href("mine")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (wished("court.9"), "希望するもの"),
        (wished("court.1", "court.1"), "同じ希望が二つあります"),
        (wished("court.1", tier="king"), "優先の区分"),
        (wished(), "希望の数"),
        (wished("court.1 "), "希望するもの"),
    ],
)
def test_what_cannot_be_wished_for_comes_back_with_what_was_typed(aoi, round_, typed, said):
    answer = aoi.post(href("enter", round_.key), typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert not Entry.objects.exists()
    if typed.get("wish-1-1") == "court.1":
        assert '<option value="court.1" selected>' in answer.text


def test_taking_it_back_and_entering_again_while_the_round_is_open(aoi, round_):
    aoi.post(href("enter", round_.key), wished("court.1"))
    first = Entry.objects.get()
    refused = aoi.post(href("enter", round_.key), wished("court.2"))
    assert refused.status_code == 409
    assert "もう申し込んでいます" in refused.text

    aoi.post(href("withdraw", first.pk))
    answer = aoi.post(href("enter", round_.key), wished("court.2"))

    assert answer.status_code == 302
    assert queries.entered(round_) == 1


def test_nobody_sees_or_answers_for_the_entry_of_another(aoi, round_, city):
    entry = make.entered(round_, "court.1")
    drawn(round_)
    win = entry.wins.get()

    for address in (href("entry", entry.pk), href("answer", entry.pk, win.pk), href("withdraw", entry.pk)):
        assert aoi.get(address).status_code in {404, 405}
        assert aoi.post(address, {"answer": "confirm"}).status_code in {404, 405}
    win.refresh_from_db()
    assert win.state == "offered"


@pytest.mark.accepts("N-26")
def test_from_the_published_files_a_stranger_draws_again_and_gets_the_same_result(aoi, round_, tmp_path):
    aoi.post(href("enter", round_.key), wished("court.1", "court.2"))
    for _ in range(9):
        make.entered(round_, "court.1", ["court.2", "court.3"], tier=1)
    stranger = Client()
    make.closed(round_)
    noted = queries.round_(round_.key).entries_hash
    assert noted in stranger.get(href("round", round_.key)).text, "to be noted before the numbers come out"
    drawn(round_)

    proof, program = tmp_path / "proof.json", tmp_path / "verify.py"
    proof.write_bytes(stranger.get(href("proof", round_.key)).content)
    program.write_bytes(stranger.get(href("verifier")).content)
    run = subprocess.run(
        [sys.executable, "-I", program, proof, "--noted", noted, "--result", tmp_path / "result.txt"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stdout
    assert "一致" in run.stdout
    published = stranger.get(href("file", round_.key, "result.txt")).content
    assert (tmp_path / "result.txt").read_bytes() == published
    page = stranger.get(href("round", round_.key)).text
    assert round_.seed in page and round_.salt in page
    # Aoi lives here and is drawn first: the same file says so, by her receipt alone.
    entry = Entry.objects.get(channel="web", party=aoi.account.parties.get().party)
    assert published.decode().splitlines()[2] == f"{entry.receipt} 1:court.1"
    said = json.loads(proof.read_text(encoding="utf-8"))
    said["salt"] = said["salt"][:-1] + ("0" if said["salt"][-1] != "0" else "1")
    proof.write_text(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    other = subprocess.run(
        [sys.executable, "-I", program, proof], capture_output=True, text=True, check=False
    )
    assert other.returncode == 1
    assert "× 塩" in other.stdout


def test_a_win_is_told_confirmed_and_declined_on_ones_own_page(aoi, round_):
    aoi.post(href("enter", round_.key), wished("court.1"))
    drawn(round_)
    entry = Entry.objects.get()
    with clock.frozen(round_.drawn_at + MINUTE):
        run_due(kinds=("lottery.tell",))
        page = aoi.get(href("entry", entry.pk)).text
        assert "第1希望が当たりました" in page
        inbox = aoi.get(reverse("portal:messaging:inbox")).text
        assert "抽選の結果" in inbox

        answer = aoi.post(href("answer", entry.pk, entry.wins.get().pk), {"answer": "confirm"}, follow=True)

        assert "当選を確定しました。" in answer.text
        assert "当選（確定）" in answer.text
        late = aoi.post(href("answer", entry.pk, entry.wins.get().pk), {"answer": "decline"})
        assert late.status_code == 409


def test_a_receipt_opens_what_the_file_says_and_no_name(client, round_):
    entry = make.entered(round_, "court.1", channel="post")
    drawn(round_)

    found = client.get(href("find"), {"receipt": f" {entry.receipt.upper().replace('-', ' ')}"}, follow=True)

    assert found.status_code == 200
    assert "1件のうち1番目" in found.text
    assert "はな" not in found.text
    lost = client.get(href("find"), {"receipt": "zzzz"})
    assert lost.status_code == 404
    assert 'value="zzzz"' in lost.text
    win = entry.wins.get()
    with clock.frozen(round_.drawn_at + MINUTE):
        wrong = client.post(
            href("answer_by_code", entry.receipt, win.pk), {"code": "0000", "answer": "confirm"}
        )
        assert wrong.status_code == 422
        right = services.answering.code_of(entry)
        client.post(href("answer_by_code", entry.receipt, win.pk), {"code": right, "answer": "decline"})
    win.refresh_from_db()
    assert win.state == "declined"


def test_a_draw_done_again_says_why_on_both_pages(client, round_):
    make.entered(round_)
    head, clerk = make.clerks()
    make.drawn(round_, head=head, clerk=clerk)
    now = clock.now()
    services.redraw(
        round=round_,
        why="出典の読みまちがい",
        closes_at=now + make.DAY,
        draws_at=now + 3 * make.DAY,
        beacons=[services.Numbers("見本くじ 第2回（架空）", now + 2 * make.DAY)],
        by=head,
    )

    old = client.get(href("round", round_.key)).text
    new = client.get(href("round", f"{round_.key}-redraw1")).text

    assert "理由：出典の読みまちがい" in old and href("round", f"{round_.key}-redraw1") in old
    assert "出典の読みまちがい" in new and href("round", round_.key) in new


def test_the_list_asks_as_often_for_nine_rounds_as_for_one(client, round_):
    with CaptureQueriesContext(connection) as small:
        client.get(href("list"))
    for n in range(8):
        make.a_round(f"more-{n}")
    with CaptureQueriesContext(connection) as large:
        assert client.get(href("list")).status_code == 200

    assert len(large) == len(small)


def test_my_list_asks_as_often_for_many_entries_as_for_one(aoi, round_):
    aoi.post(href("enter", round_.key), wished("court.1"))
    with CaptureQueriesContext(connection) as small:
        aoi.get(href("mine"))
    party = aoi.account.parties.get().party
    for n in range(5):
        make.entered(make.a_round(f"more-{n}"), who=party, by=SYSTEM)
    with CaptureQueriesContext(connection) as large:
        aoi.get(href("mine"))

    assert len(large) == len(small)


def test_of_many_things_only_those_wished_for_stand_in_the_open_and_the_table_comes_last(client):
    round_ = make.a_round(
        inventory=make.items(41),
        beacons=[services.Numbers("見本くじ 第1回（架空）", clock.now() + 8 * make.DAY)],
    )
    make.entered(round_, "court.7", ["court.9", "court.11"])
    before = client.get(href("round", round_.key)).text
    assert before.count("<table") == 1 and '<details class="mt2">' in before

    drawn(round_)
    text = client.get(href("round", round_.key)).text

    opened, _, folded = text.partition('<details class="mt2">')
    assert [n for n in range(1, 42) if f">見本コート{n}</th>" in opened] == [7, 9, 11], "won or not"
    assert all(f">見本コート{n}</th>" in folded for n in range(1, 42))
    assert text.index('id="check"') < text.index('id="limits"') < text.index('id="items"')


def test_of_few_things_all_stand_in_the_open(client, round_):
    text = client.get(href("round", round_.key)).text

    assert text.count("<table") == 1 and '<details class="mt2" open>' in text


def test_after_the_draw_the_head_says_when_it_was_drawn_and_the_check_speaks_in_words(client, round_):
    make.entered(round_)
    planned = f"抽選：{moment(round_.draws_at)}"
    assert planned in client.get(href("round", round_.key)).text
    drawn(round_)  # a minute later than was planned

    text = client.get(href("round", round_.key)).text

    assert f"抽選：{moment(round_.drawn_at)}" in text and planned not in text
    assert '<div data-name="rules_hash" hidden><dt>決まりの指紋</dt>' in text
    assert '<div data-name="result_hash" hidden><dt>結果の指紋</dt>' in text
    assert text.index("data-check hidden") < text.index('role="status"') < text.index('id="check-file"')


def test_my_list_says_that_a_round_which_takes_entries_is_open(aoi):
    now = clock.now()
    planned = {"opens_at": now + MINUTE, "closes_at": now + 7 * make.DAY}
    round_ = make.a_round(**planned)
    with clock.frozen(now + 2 * MINUTE):
        make.entered(round_, who=aoi.account.parties.get().party)
        text = aoi.get(href("mine")).text

    assert round_.state == "planned", "no job has come by yet"
    assert "受付中" in text and "準備中" not in text


def test_where_there_is_one_thing_and_one_wish_it_is_chosen_already_and_no_order_is_spoken_of(aoi, round_):
    order = "本当に希望する順に書いてください。"
    one = make.a_round("one", inventory=make.items(1), rules=make.limits(wishes=1, bundle_size=1))

    text = aoi.get(href("enter", one.key)).text
    several = aoi.get(href("enter", round_.key)).text

    assert '<option value="court.1" selected>' in text and order not in text
    assert " selected>" not in several.partition("wish-1-1")[2].partition("</select>")[0] and order in several


def test_a_round_that_is_planned_is_listed_among_those_to_come(client):
    now = clock.now()
    make.a_round("later", opens_at=now + make.DAY, closes_at=now + 7 * make.DAY)

    text = client.get(href("list")).text

    assert text.index("受付中・これから") < text.index(href("round", "later")) < text.index("終わった抽選")
