"""The parts of the `mado` command that keep a city hall open and its lists true."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import polib
import pytest

from madoguchi.faces.cli import pages, proofs, translations
from madoguchi.faces.cli.places import ROOT, free_port, require_free
from madoguchi.faces.cli.say import Stop
from madoguchi.faces.cli.translations import Word

KEEPER = """
import sys
from pathlib import Path
from madoguchi.faces.cli.supervisor import Child, keep_alive, only_server
import os
folder = Path(sys.argv[1])
child = Child("child", [sys.executable, "-c",
    "import os, time, pathlib; pathlib.Path(%r, 'pid').write_text(str(os.getpid())); time.sleep(60)" % str(folder)],
    dict(os.environ))
with only_server(folder, "test"):
    keep_alive([child], ready=lambda: True)
"""


@pytest.fixture
def keeper(tmp_path: Path):
    """A supervisor with one sleeping child that writes its pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()


def child_pid(folder: Path, other_than: int = 0) -> int:
    for _ in range(100):
        text = (folder / "pid").read_text() if (folder / "pid").exists() else ""
        if text and int(text) != other_than:
            return int(text)
        time.sleep(0.1)
    pytest.fail("the child did not start")


def is_gone(pid: int) -> bool:
    for _ in range(50):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_supervisor_starts_a_dead_child_again(keeper, tmp_path):
    first = child_pid(tmp_path)

    os.kill(first, signal.SIGKILL)

    assert child_pid(tmp_path, other_than=first) != first


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_supervisor_takes_its_children_with_it(keeper, tmp_path, sign):
    child = child_pid(tmp_path)

    keeper.send_signal(sign)
    keeper.wait(10)

    assert is_gone(child)


@pytest.mark.slow
def test_second_server_on_the_same_data_is_refused(keeper, tmp_path):
    from madoguchi.faces.cli.supervisor import only_server

    child_pid(tmp_path)

    with pytest.raises(Stop, match="already"), only_server(tmp_path, "second"):
        pass


def test_a_busy_port_is_named_before_anything_is_done():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        with pytest.raises(Stop, match=str(number)):
            require_free(number)
        assert free_port(number) != number


@pytest.mark.slow
def test_mail_sink_keeps_what_it_is_given(tmp_path):
    port = free_port()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MADO_VAR": str(tmp_path), "MADO_SMTP_PORT": str(port)}
    sink = subprocess.Popen([sys.executable, "-m", "madoguchi.faces.cli.mail_sink"], env=env)
    try:
        with patient_smtp(port) as post:
            post.sendmail("from@mihon.invalid", "aoi@mihon.invalid", "Subject: x\r\n\r\nこんにちは".encode())
    finally:
        sink.terminate()
        sink.wait(10)

    (letter,) = (tmp_path / "mail/new").iterdir()
    assert "こんにちは" in letter.read_text()
    assert "aoi@mihon.invalid" in letter.read_text()


def patient_smtp(port: int) -> smtplib.SMTP:
    for _ in range(100):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            time.sleep(0.1)
    pytest.fail("the mail sink did not start")


def test_words_of_a_template_are_found_as_django_reads_them():
    text = """{% load i18n %}<p title="{% translate "閉じる" %}">{{ _("開く")|upper }}
      {% blocktranslate count n=rows trimmed %} {{ n }} row {% plural %} {{ n }} rows {% endblocktranslate %}
      {% translate "月" context "moon" %}{# {% translate "むかし" %} #}</p>"""

    assert set(translations.words_of_template(text, "x.html")) == {
        Word("閉じる"),
        Word("開く"),
        Word("%(n)s row", plural="%(n)s rows"),
        Word("月", context="moon"),
    }


def test_words_of_python_are_found_with_their_context():
    text = 'a = _("こん" "にちは")\nb = pgettext("moon", "月")\nc = _(name)\nd = ngettext("x", "y", 2)'

    assert set(translations.words_of_python(text)) == {
        Word("こんにちは"),
        Word("月", context="moon"),
        Word("x", plural="y"),
    }


def test_a_translation_that_drops_a_place_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    words = {Word("%(n)s件"): ["faces/portal/a.py"], Word("はい"): ["faces/portal/a.py"]}
    translations.update("en", words)
    book = polib.pofile(str(translations.po_path("en")))
    book.find("%(n)s件").msgstr = "some"
    book.save()

    assert [why for _, why in translations.missing("en", words)] == [
        "drops a place of the source",
        "no translation",
    ]


def test_translations_survive_an_update(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    translations.update("ko", {Word("はい"): ["a.py"]})
    book = polib.pofile(str(translations.po_path("ko")))
    book.find("はい").msgstr = "예"
    book.save()

    translations.update("ko", {Word("はい"): ["b.py"], Word("いいえ"): ["a.py"]})
    translations.compile_all()

    assert [(entry.msgid, entry.msgstr) for entry in translations.read_po("ko")] == [
        ("いいえ", ""),
        ("はい", "예"),
    ]
    assert polib.mofile(str(translations.po_path("ko").with_suffix(".mo"))).find("はい").msgstr == "예"


def test_folder_names_of_languages_are_djangos():
    from django.conf import settings
    from django.utils.translation import to_locale

    assert {code: to_locale(code) for code, _ in settings.LANGUAGES if code != "ja"} == translations.LANGUAGES


def test_a_mark_on_an_unknown_requirement_is_told():
    known = [proofs.Bullet("P5-2-T1", "The plan loads", "P5-2", "進捗管理", "plan")]

    text, wrong = proofs.page(known, {"P5-2-T1": ["t.py::test_a"], "P9-T9": ["t.py::test_b"]})

    assert wrong == ["t.py::test_b: no requirement P9-T9"]
    assert "1 of 1 acceptances are proven" in text


def test_every_row_of_the_requirements_stands_once():
    ids = [bullet.id for bullet in proofs.bullets()]

    assert len(ids) == len(set(ids))
    assert sum(bullet.is_acceptance for bullet in proofs.bullets()) == 288


def test_settings_page_names_the_database_and_its_default():
    assert "`MADO_DATABASE`" in pages.settings()


def test_the_shares_of_a_whole_run_hold_every_test_once():
    """Whoever adds a folder of tests need not think of the lanes."""
    from madoguchi.faces.cli.places import ROOT
    from madoguchi.faces.cli.testing import SHARES

    on_sqlite = [arguments for _title, arguments in SHARES if arguments]
    found = []
    for arguments in on_sqlite:
        left_out = [ROOT / one.removeprefix("--ignore=") for one in arguments if one.startswith("--ignore=")]
        for folder in (ROOT / one for one in arguments if not one.startswith("--")):
            found += [
                path
                for path in folder.rglob("test_*.py")
                if not any(path.is_relative_to(out) for out in left_out)
            ]

    everything = [path for top in ("tests", "madoguchi") for path in (ROOT / top).rglob("test_*.py")]
    assert sorted(found) == sorted(everything)
    assert len(SHARES) == len(on_sqlite) + 1  # and PostgreSQL
