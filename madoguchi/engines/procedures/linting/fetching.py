"""What is fetched at the counter, and where: it must name questions that exist and say what they say."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..definition import FetchedDef
from .faults import Fault, Looked


def fetched_nowhere(looked: Looked) -> Iterator[Fault]:
    """`fetched.at` is a choice, its `divisions` are options of it, `copies` is a number, and all are asked."""
    for name, state in looked.shape.flow.items():
        if state.fetched is None:
            continue
        at = f"flow.{name}.fetched"
        if not state.hands_over:
            yield Fault(
                at,
                _("窓口で渡す段階（hands_over）ではありません。"),
                _("fetched を消すか、hands_over: counter と書きます。"),
            )
        yield from _place(looked, f"{at}.", state.fetched)
        yield from _wrong_kind(looked, f"{at}.copies", state.fetched.copies, "number")
        for number, key in enumerate(state.fetched.shows):
            yield from _wrong_kind(looked, f"{at}.shows.{number}", key, "")


def _place(looked: Looked, at: str, fetched: FetchedDef) -> Iterator[Fault]:
    yield from _wrong_kind(looked, f"{at}at", fetched.at, "choice")
    field = looked.procedure.form.field(fetched.at)
    options = list(field.options) if field is not None else []
    for option in fetched.divisions:
        if option not in options:
            yield Fault(
                f"{at}divisions.{option}",
                _("「%s」という選択肢はありません。") % option,
                _("選べるもの: %s") % "、".join(options),
            )


def _wrong_kind(looked: Looked, at: str, key: str, kind: str) -> Iterator[Fault]:
    if not key:
        return
    field = looked.procedure.form.field(key)
    if field is None or (kind and field.type != kind):
        keys = [name for _page, name, one in looked.procedure.form.fields() if not kind or one.type == kind]
        wanted = _("%s の質問のキーを書きます。") % kind if kind else _("質問のキーを書きます。")
        yield Fault(at, _("「%s」は、ここに書ける質問ではありません。") % key, wanted + "、".join(keys))
