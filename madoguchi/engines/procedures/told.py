"""What a procedure's letters must fit: the decided values they print, and reason and 教示 where they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel.packs import Located

from .decided import PATH, fields_of
from .definition import ProcedureDef
from .linting import flow
from .procedure import Procedure


def check_letters(located: Located[ProcedureDef], procedure: Procedure, letters: Mapping[str, Any]) -> None:
    """Every `{{decided.<key>}}` of a letter is decided with its outcome; a required notice stands in the letter."""
    shape = located.value
    for key, field in shape.decided.items():
        for number, outcome in enumerate(field.on):
            if outcome not in shape.flow or shape.flow[outcome].end != "done":
                located.problem(
                    f"decided.{key}.on.{number}",
                    _("「%s」は、決定（end: done）の段階ではありません。") % outcome,
                )
    for name, state in shape.flow.items():
        letter = letters.get(state.letter)
        if letter is None:
            continue
        known = fields_of(procedure, name)
        for place in sorted(letter.places()):
            if place.startswith(PATH) and place.removeprefix(PATH) not in known:
                located.problem(
                    f"flow.{name}.letter",
                    _("通知書「%(letter)s」の {{%(place)s}} は、この決定では決めません。decided に書きます。")
                    % {"letter": state.letter, "place": place},
                )
        if "appeal_notice" in state.requires and not letter.appeal_notice:
            located.problem(
                f"flow.{name}.letter", _("通知書「%s」に教示（appeal_notice）がありません。") % state.letter
            )
        _check_refusal(located, name, letter)


def _check_refusal(located: Located[ProcedureDef], name: str, letter: Any) -> None:
    """A letter that refuses goes out with its reason and notice, whatever the state is called."""
    state = located.value.flow[name]
    if any(one in state.requires for one in flow.NOTICE):
        return  # one without the other is found in the flow alone
    said = {"letter": letter.letter, "lacking": "、".join(flow.NOTICE)}
    if letter.decides == "refuses":
        located.problem(
            f"flow.{name}",
            _("通知書「%(letter)s」は申請を退けるのに、この段階に %(lacking)s がありません。") % said,
            _("requires: [reason, appeal_notice] と書きます。"),
            rule=flow.REFUSES,
        )
    elif state.end == "done" and flow.sounds_like_no(state.label):
        located.problem(
            f"flow.{name}",
            _(
                "申請を退ける段階のように読めますが、通知書「%(letter)s」は退ける通知書ではなく、%(lacking)s もありません。"
            )
            % said,
            _("退けるなら、decides: refuses の通知書と requires: [reason, appeal_notice] を書きます。"),
            is_error=False,
            rule=flow.REFUSES,
        )
