"""Keeping letters, and what a refusal must say."""

from __future__ import annotations

import pytest

from madoguchi.engines.documents import services
from madoguchi.engines.documents.errors import LetterLacksReasons
from madoguchi.kernel import audit, vault
from madoguchi.kernel.refs import SYSTEM

from .make import APPEAL, CASE, a_letter, text_of

pytestmark = pytest.mark.django_db


def test_a_drawn_letter_lies_sealed_in_the_vault_and_goes_with_the_key(django_capture_on_commit_callbacks):
    key = vault.new_key(CASE)

    stored = services.draw_letter(
        letter=a_letter(), about=CASE, by=SYSTEM, name="letter-2611-0427-7.pdf", key=key
    )

    assert (stored.name, stored.content_type, stored.kind) == (
        "letter-2611-0427-7.pdf",
        "application/pdf",
        "pdf",
    )
    assert "認定通知書" in text_of(vault.open_file(stored))
    assert audit.events_about(CASE).get().facts == {"letter": "nintei_tsuchi", "file": str(stored.pk)}
    with django_capture_on_commit_callbacks(execute=True):
        vault.destroy_key(key, by=SYSTEM)
    assert not vault.files_about(CASE).exists()


@pytest.mark.parametrize(
    "lacking",
    [
        {"reasons": [], "appeal_notice": APPEAL},
        {"reasons": ["　"], "appeal_notice": APPEAL},
        {"reasons": ["公務員のため"], "appeal_notice": []},
    ],
)
def test_a_refusal_without_reasons_or_appeal_notice_is_not_drawn(lacking):
    with pytest.raises(LetterLacksReasons):
        services.draw_letter(letter=a_letter(decides="refuses", **lacking), about=CASE, by=SYSTEM)

    assert not vault.files_about(CASE).exists()


def test_a_refusal_with_both_is_drawn():
    letter = a_letter(
        decides="refuses", reasons=["公務員の方は勤務先に請求してください。"], appeal_notice=APPEAL
    )

    text = text_of(vault.open_file(services.draw_letter(letter=letter, about=CASE, by=SYSTEM)))

    assert "公務員の方は勤務先に請求してください。" in text
    assert "審査請求" in text
