"""What an editor is told about how easy their words are to read."""

from __future__ import annotations

import pytest

HARD = "当該講座に係る申込みをすることが可能です"


@pytest.mark.accepts("N-28")
def test_an_editor_sees_what_could_be_easier_to_read_and_saves_all_the_same(sato, event):
    # Sato writes as an office writes, and it is kept: hints hold nobody up.
    saved = sato.send("basics", event, posted={"title": "講座", "summary": HARD})
    assert saved.status_code == 302

    # When they look again, the page says which words, and what to write instead.
    page = sato.see("basics", event).content.decode()
    assert "読みやすくするヒント（3件）" in page
    assert "「当該」は役所の言葉です。言い換えの例：「その」" in page

    # In plain words there is nothing left to say.
    sato.send("basics", event, posted={"title": "講座", "summary": "この講座に申し込めます。"})
    assert "読みやすくするヒント" not in sato.see("basics", event).content.decode()


def test_hints_on_what_was_written_run_no_markup(sato, event):
    sato.send("basics", event, posted={"title": "講座", "summary": "<b>当該</b>" + "あ" * 90})

    page = sato.see("basics", event).content.decode()

    assert "<b>当該</b>" not in page
    assert "読みやすくするヒント" in page
