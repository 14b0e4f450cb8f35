"""Definitions made on the screen beside those of a pack."""

from __future__ import annotations

import pytest

from madoguchi.kernel import packs
from madoguchi.kernel.packs.models import Definition, Origin
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db
LOGIC = {"service": "made.here", "version": 1, "title": ""}


def on_screen(version: int = 1, **logic):
    return packs.publish(
        kind="service",
        key="made.here",
        version=version,
        logic={**LOGIC, "version": version, **logic},
        texts={"ja": {"title": "画面で作った"}},
        origin=Origin.DESK,
    )


def apply(tmp_path, files):
    return packs.apply(make.write(tmp_path, "town", files), by=SYSTEM)


def test_applying_a_pack_does_not_withdraw_what_was_made_on_the_screen(tmp_path):
    made = on_screen()

    apply(tmp_path, {"services/jido_teate.nintei.yaml": make.SERVICE})

    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_a_pack_with_a_key_of_the_screen_is_refused_and_changes_nothing(tmp_path):
    on_screen()

    with pytest.raises(packs.PackRefused) as refused:
        apply(tmp_path, {"services/made.here.yaml": "service: made.here\ntitle: 別のもの\ndays: 3\n"})

    assert "職員の画面で作って公開している" in refused.value.problems[0].message
    assert list(Definition.objects.values_list("key", "origin")) == [("made.here", "desk")]


def test_the_very_version_made_on_the_screen_moves_into_the_pack(tmp_path):
    on_screen()

    apply(tmp_path, {"services/made.here.yaml": "service: made.here\nversion: 1\ntitle: 画面で作った\n"})

    assert Definition.objects.get(key="made.here").origin == Origin.PACK
    with pytest.raises(packs.KeptInPack):
        on_screen(version=2)


def test_the_screen_does_not_publish_what_the_pack_keeps(tmp_path):
    apply(tmp_path, {"services/made.here.yaml": "service: made.here\ntitle: パックのもの\n"})

    with pytest.raises(packs.KeptInPack):
        on_screen(version=2)


def test_a_published_version_made_on_the_screen_never_changes():
    on_screen()

    with pytest.raises(packs.VersionTaken):
        on_screen(days=4)
