"""`mado audit`: what an operator or an auditor does at the command line, and how it ends."""

from __future__ import annotations

import shutil

import pytest

from madoguchi.faces.cli.main import main
from madoguchi.kernel import audit
from madoguchi.kernel.audit import heads, keys
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.audit.tests.tampering import sealed_blocks, tamper
from madoguchi.kernel.refs import SYSTEM, Ref

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def run(*words: object) -> tuple[int, str]:
        code = main(["audit", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_verify_says_clean_with_0_tampered_with_1_and_an_operators_mistake_with_2(run, tmp_path):
    (one, two), _more = sealed_blocks(2, 3)
    assert run("verify")[0] == 0

    tamper(("UPDATE audit_event SET purpose = 'x' WHERE id = %s", two))
    code, said = run("verify")

    assert code == 1
    assert f"記録 {two} が、封をしたあとに書き換えられています" in said
    assert f"row {two} was changed after it was sealed" in said
    assert str(one) not in said
    for mistake in (
        ("verify", "--heads", tmp_path / "nowhere.jsonl"),
        ("verify", "--since", "yesterday"),
        ("verify", "--key", tmp_path / "nowhere.pub"),
        ("heads", "import", tmp_path / "nowhere.jsonl", "--key", "x"),
    ):
        code, said = run(*mistake)
        assert code == 2, mistake
        assert "Traceback" not in said


def test_many_rows_gone_are_counted_and_what_to_do_is_said(run):
    sealed_blocks(30)
    tamper(("DELETE FROM audit_event",))

    code, said = run("verify")

    assert code == 1
    assert said.count("が、消されています") == 10 and "ぜんぶで30件" in said and "30件あります" in said
    assert said.count("に書かれた記録）") == 10
    assert "写しをいまのまま取り" in said


def test_verify_of_an_empty_database_is_clean(run):
    code, said = run("verify")

    assert code == 0
    assert "No sign of tampering" in said


def test_without_the_heads_the_tail_is_said_to_be_unknown(run):
    sealed_blocks(1)
    heads.place().unlink()

    code, said = run("verify")

    assert code == 0
    assert "heads_none" in said


def test_seal_works_at_once_and_names_the_file(run):
    audit.record("case.moved", Ref("procedures", "case", "1"), by=SYSTEM)

    code, said = run("seal")

    assert code == 0
    assert "Sealed 1 rows in 1 blocks" in said
    assert str(heads.place()) in said


def test_heads_go_to_another_zone_and_come_back_to_find_a_cut_tail(run, tmp_path, settings):
    _first, second = sealed_blocks(1, 2)
    given, public = tmp_path / "given.jsonl", tmp_path / "given.pub"
    assert run("heads", "export", given)[0] == 0
    shutil.copy(next(keys.folder().glob("audit*.pub")), public)

    kept = settings.AUDIT_HEADS
    settings.AUDIT_HEADS = tmp_path / "zone"
    assert "Kept 2 new heads" in run("heads", "import", given, "--key", public)[1]
    assert "Kept 0 new heads" in run("heads", "import", given, "--key", public)[1]
    imported = settings.AUDIT_HEADS / "imported.jsonl"
    settings.AUDIT_HEADS = kept

    tamper(
        ("DELETE FROM audit_block WHERE number = 2",),
        ("DELETE FROM audit_sealed WHERE block = 2",),
        *(("DELETE FROM audit_event WHERE id = %s", event) for event in second),
    )
    heads.place().unlink()
    assert run("verify")[0] == 0
    code, said = run("verify", "--heads", imported, "--key", public)
    assert code == 1
    assert "tail_cut" in said
    assert "2 rows were cut off" in said


def test_heads_that_nobody_signed_are_not_kept(run, tmp_path):
    sealed_blocks(1)
    forged = tmp_path / "forged.jsonl"
    forged.write_text(heads.place().read_text().replace('"signature": "', '"signature": "00'))

    code, said = run("heads", "import", forged, "--key", next(keys.folder().glob("audit*.pub")))

    assert code == 2
    assert "not signed" in said
    assert not heads.place().with_name("imported.jsonl").exists()


def test_after_a_backup_the_old_heads_are_set_aside_with_the_reason(run):
    sealed_blocks(1, 1)

    assert run("heads", "set-aside", "--why", "11月20日の控えから戻した")[0] == 0

    assert not heads.place().exists()
    assert Event.objects.get(verb="audit.heads_set_aside").facts["why"] == "11月20日の控えから戻した"
    assert run("heads", "set-aside", "--why", "x")[0] == 2


def test_the_public_key_is_shown_and_the_next_one_made(run):
    assert run("key")[0] == 2
    sealed_blocks(1)

    assert run("key")[1].count("BEGIN PUBLIC KEY") == 1
    assert run("key", "--new")[1].count("BEGIN PUBLIC KEY") == 2
    assert "PRIVATE" not in run("key")[1]
