"""Opinions by e-mail, out of a real mailbox: each exactly once, whatever it is and wherever we die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.core import mail as sent
from django.db import connection

from madoguchi.engines.consultation import sealing
from madoguchi.engines.consultation.mail_in import box
from madoguchi.engines.consultation.mail_in.heard import hear
from madoguchi.engines.consultation.mail_in.rounds import fetch_mails
from madoguchi.engines.consultation.models import Arrival, Comment, Round
from madoguchi.engines.consultation.services import arriving, sorting
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.refs import Ref

from . import make, make_mails, post_office


@pytest.fixture(scope="module")
def server():
    folder = Path(tempfile.mkdtemp(prefix="mado-mail-"))
    folder.chmod(0o755)  # the server runs as a user of its own
    with post_office.running(folder) as office:
        yield office


@pytest.fixture
def office(server, settings):
    settings.MAIL_IN = server.settings()
    for name in ("INBOX", "Taken"):
        with server.look() as opened:
            if opened.folder.exists(name):
                opened.folder.set(name)
                opened.delete(opened.uids())
    return server


@pytest.fixture
def call(db):
    make.route()
    planner = make.staff("kikaku", make.PLANNING, "planner")
    found = make.opened(planner)
    found.ways = [{"channel": "mail", "to": post_office.ADDRESS}]
    found.save()
    return found


def words(comment: Comment) -> str:
    return "|".join(sealing.text_of(part) for part in comment.parts.all())


@pytest.mark.accepts("B-01-T2")
@pytest.mark.django_db
def test_every_mail_is_received_exactly_once_whatever_it_is(office, call):
    letters = [make_mails.plain(), make_mails.japanese(), make_mails.with_papers()]
    for raw in [*letters, letters[0], make_mails.automatic(), make_mails.hostile()]:
        office.deliver(raw)

    assert fetch_mails() == 6
    assert fetch_mails() == 0

    assert office.lying() == 0
    assert office.lying("Taken") == 6
    said = [words(one) for one in Comment.objects.order_by("received_at", "pk")]
    assert said[:3] == [
        "家から待ち人数を見たいです。",
        "①番の文字での呼び出しに賛成です。㈱の例もあります。",
        "くわしくは付けた紙のとおりです。",
    ]
    assert len(said) == 4
    assert said[3].startswith("a" * 76)
    [waits] = Arrival.objects.filter(state="to_sort")
    assert (waits.why, waits.comment) == ("automatic", None)
    papers = Comment.objects.get(arrival__papers__0__isnull=False)
    assert [one.name for one in vault.files_about(Ref.to(papers)).filter(derived_from=None)] == ["意見書.pdf"]
    assert sealing.arrival_content(papers.arrival)["notes"] == ["file_is_office:意見.docx"]
    assert arriving.raw_of(papers.arrival).strip().endswith(letters[2].strip()[-40:])
    hostile = Arrival.objects.order_by("arrived_at", "pk").last()
    content = sealing.arrival_content(hostile)
    assert "\n" not in content["subject"] and "\r" not in content["sender"]
    assert set(content["notes"]) == {"deep", "long"}
    assert Round.objects.get(name="mail").failed_with == ""


@pytest.mark.django_db
def test_the_sender_gets_the_number_and_a_machine_gets_nothing(office, call):
    office.deliver(make_mails.plain())
    office.deliver(make_mails.automatic())
    office.deliver(make_mails.plain("宣伝", number=8, List_Unsubscribe="<mailto:x@mihon.invalid>"))
    office.deliver(make_mails.plain("戻り", number=9, sender="MAILER-DAEMON@mihon.invalid"))
    office.deliver(make_mails.plain("こだま", number=10, sender=ours.DEFAULT_FROM_EMAIL))

    fetch_mails()
    jobs.run_due()

    comment = Comment.objects.get()
    assert [(one.to, one.subject) for one in sent.outbox] == [
        ([make_mails.SENDER], f"【見本】ご意見を受け付けました（{comment.receipt}）")
    ]
    assert Arrival.objects.filter(why="automatic").count() == 4


@pytest.mark.django_db
def test_two_machines_that_answer_each_other_come_to_an_end(office, call):
    office.deliver(make_mails.plain())
    fetch_mails()
    receipt = Comment.objects.get().receipt
    office.deliver(
        make_mails.plain("不在です", number=20, subject=f"Re: ご意見を受け付けました（{receipt}）")
    )
    for number in range(21, 26):
        office.deliver(make_mails.plain(f"不在です {number}", number=number, subject="不在"))

    fetch_mails()
    jobs.run_due()

    assert Comment.objects.count() == 7
    assert len(sent.outbox) == arriving.MOST_ANSWERS - 1


@pytest.mark.django_db
def test_a_mail_that_names_no_call_waits_on_the_desk_and_is_put_to_one_by_staff(office, call):
    planner = make.staff("kikaku2", make.PLANNING, "planner")
    other = make.opened(planner, key="hoka")
    office.deliver(make_mails.plain(to="soumu@mihon.invalid"), to="soumu@mihon.invalid")
    office.deliver(make_mails.plain("札付き", number=2), to="iken+hoka@mihon.invalid")
    with office.look() as opened:  # a server with one box for all addresses
        opened.append(make_mails.plain("迷子", number=3, to="dareka@mihon.invalid"))

    fetch_mails()

    assert [words(one) for one in other.comments.all()] == []
    assert Arrival.objects.filter(state="to_sort").count() >= 1
    lost = Arrival.objects.filter(state="to_sort").order_by("arrived_at").last()
    own_key = lost.key

    arrival = sorting.put_to_call(arrival=lost, call=other, by=planner)

    own_key.refresh_from_db()
    assert own_key.destroyed_at is not None
    assert words(arrival.comment) == "迷子"
    assert b"dareka" in arriving.raw_of(arrival)
    assert sealing.arrival_content(arrival)["sender"] == make_mails.SENDER


@pytest.mark.django_db
def test_a_late_mail_is_received_as_of_the_day_it_came_and_one_after_the_result_waits(office, call):
    call.closes_on = clock.today() - make.dt.timedelta(days=1)
    call.save()
    office.deliver(make_mails.plain())
    fetch_mails()
    call.state = "published"
    call.save()
    office.deliver(make_mails.plain("おそすぎ", number=2))
    fetch_mails()

    late = Comment.objects.get()
    assert clock.in_city(late.received_at).date() > call.closes_on
    assert [one.why for one in Arrival.objects.filter(state="to_sort")] == ["over"]


@pytest.mark.django_db
def test_one_mail_that_fails_stays_and_stops_no_other(office, call, monkeypatch):
    office.deliver(make_mails.plain("一つめ"))
    office.deliver(make_mails.plain("二つめ", number=2))
    whole = arriving.take

    def failing(*, arrived, **more):
        if "一つめ" in arrived.text:
            raise RuntimeError("a fault of ours")
        return whole(arrived=arrived, **more)

    monkeypatch.setattr(arriving, "take", failing)
    assert fetch_mails() == 1
    assert (office.lying(), Round.objects.get(name="mail").left) == (1, 1)

    monkeypatch.setattr(arriving, "take", whole)
    assert fetch_mails() == 1
    assert sorted(map(words, Comment.objects.all())) == ["一つめ", "二つめ"]


@pytest.mark.django_db
def test_a_number_like_a_my_number_is_covered_and_the_mail_that_has_it_is_not_kept(office, call):
    office.deliver(make_mails.plain("番号は1234-5678-9018です。家から見たい。"))

    fetch_mails()

    comment = Comment.objects.get()
    assert words(comment) == "番号は＊＊＊＊＊＊＊＊＊＊＊＊＊＊です。家から見たい。"
    assert b"5678" not in arriving.raw_of(comment.arrival)
    assert sealing.arrival_content(comment.arrival)["notes"] == ["masked"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<p>一 <b>二</b> 三</p><script>alert(1)</script><ul><li>四<li>五</ul><!-- 六 -->七",
            "一 二 三\n\n四\n\n五\n七",
        ),
        ("<!-- 何もない -->", ""),
        ("<style>p{}</style><table><tr><td>八</td><td>九</td></tr></table>", "八九"),
    ],
)
def test_a_mail_in_html_alone_is_read_as_its_reader_sees_it(page, text):
    raw = f"From: aoi@mihon.invalid\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}".encode()

    assert hear(raw).text == text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("shift_jis", "cp932"),
        ("", "cp932"),
        ("us-ascii", "iso2022_jp"),
        ("utf-8", "utf-8"),
        ("euc-jp", "euc_jp"),
    ],
)
def test_a_japanese_mail_is_read_whatever_it_calls_its_letters(declared, codec):
    said = "家から待ち人数を見たいです。窓口で待つ時間が短くなるとよいと思います。"
    head = f"From: aoi@mihon.invalid\r\nContent-Type: text/plain; charset={declared}\r\n\r\n".encode()

    assert hear(head + said.encode(codec)).text == said


@pytest.mark.django_db
def test_without_tls_no_password_leaves_this_machine(settings, office):
    settings.MAIL_IN = {**office.settings(), "host": "mail.mihon.invalid"}

    with pytest.raises(box.NotSafe):
        fetch_mails()

    assert Round.objects.get(name="mail").failed_with == "NotSafe"


_DIES = """
import json, os, signal, sys
from pathlib import Path
said = json.loads(sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = "madoguchi.config.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = said["database"]
django.setup()
settings.MAIL_IN = said["mail_in"]
for name, place in said["places"].items():
    setattr(settings, name, Path(place))
from madoguchi.engines.consultation.mail_in import box, rounds
from madoguchi.engines.consultation.services import arriving
def die(*_a, **_k):
    os.kill(os.getpid(), signal.SIGKILL)
if said["at"] == "mark":
    box.Box.put_away = die
else:
    arriving._note_paper = die
rounds.fetch_mails()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["mark", "paper"])
def test_killed_between_our_commit_and_the_servers_mark_the_next_round_makes_no_double(office, call, at):
    if connection.vendor != "sqlite":
        pytest.skip("the other process shares the file")
    office.deliver(make_mails.with_papers())
    said = {
        "database": str(connection.settings_dict["NAME"]),
        "mail_in": ours.MAIL_IN,
        "places": {name: str(getattr(ours, name)) for name in ("VAULT_ROOT", "VAULT_KEYS", "VAULT_ERASED")},
        "at": at,
    }
    died = subprocess.run(
        [sys.executable, "-c", _DIES, json.dumps(said)],
        env={**os.environ, "MADO_FACES": "none"},
        check=False,
        capture_output=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert Comment.objects.count() == 1
    assert office.lying() == 1

    assert fetch_mails() == 1

    assert (office.lying(), office.lying("Taken")) == (0, 1)
    comment = Comment.objects.get()
    files = vault.files_about(Ref.to(comment)).filter(derived_from=None)
    assert [one.name for one in files] == ["意見書.pdf"]
    assert sealing.arrival_content(comment.arrival)["notes"] == ["file_is_office:意見.docx"]
