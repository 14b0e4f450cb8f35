"""`mado api`: what the IT section does at the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from madoguchi.faces.cli.main import mado
from madoguchi.kernel.access.models import Client, Key
from madoguchi.kernel.access.secrets import digest
from madoguchi.kernel.identity import services as people

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    done = CliRunner().invoke(mado, ["api", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_key_is_shown_once_listed_and_taken_back():
    people.keep_division(key="見本課", name="見本課")

    shown = run("key", "add", "2階の受付機", "--division", "見本課", "--scope", "drafts", "--days", "90")

    key = Key.objects.get()
    secret = shown.split()[0]
    assert key.digest == digest(secret)
    listed = run("key", "list")
    assert key.prefix in listed
    assert "2階の受付機" in listed
    assert secret not in listed
    run("key", "revoke", key.prefix)
    assert "revoked" in run("key", "list")


def test_an_app_is_registered_and_ended():
    shown = run(
        "client", "add", "子育てアプリ", "--redirect", "https://app.mihon.invalid/back", "--scope", "drafts"
    )

    client = Client.objects.get()
    assert client.pk in shown
    assert "mado_cs_" in shown
    assert "子育てアプリ" in run("client", "list")
    run("client", "end", client.pk)
    assert "子育てアプリ" not in run("client", "list")
