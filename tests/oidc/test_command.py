"""`mado oidc`: the key is made once, its private half stays, and an operator links staff by name."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner

from madoguchi.faces.cli.oidc import oidc
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Link
from madoguchi.kernel.refs import SYSTEM


def run(*words: str):
    return CliRunner().invoke(oidc, words, catch_exceptions=False)


@pytest.fixture
def key_file(settings, tmp_path):
    path = tmp_path / "oidc" / "resident.json"
    settings.OIDC = {"resident": {"key": str(path)}, "staff": {}}
    return path


def test_key_makes_one_once_and_prints_the_public_half(key_file):
    first = json.loads(run("key", "resident").output)
    again = json.loads(run("key", "resident").output)

    assert first == again
    assert ["d" in key for key in first["keys"]] == [False]
    assert ["d" in key for key in json.loads(key_file.read_text())["keys"]] == [True]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_key_renewed_stays_beside_the_one_before(key_file):
    first = json.loads(run("key", "resident").output)["keys"]
    renewed = json.loads(run("key", "resident", "--renew").output)["keys"]

    assert renewed[1:] == first
    assert renewed[0]["kid"] != first[0]["kid"]


def test_key_leaves_a_file_that_is_none_of_ours(key_file):
    key_file.parent.mkdir()
    key_file.write_text("letters")

    assert run("key", "resident").exit_code == 2

    assert key_file.read_text() == "letters"


def test_link_and_unlink_say_whose_account_a_subject_opens(provider):
    people.open_account(kind="staff", login="mori", password=None, name="森", by=SYSTEM)

    assert "Linked" in run("link", "mori", "subject-1").output
    assert Link.objects.get(ended_at=None).account.login == "mori"
    assert "Ended: 1" in run("unlink", "mori").output
    assert not Link.objects.filter(ended_at=None).exists()
    assert run("link", "nobody", "subject-1").exit_code == 2
