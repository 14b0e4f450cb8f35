"""Who reads an answer, and on what ground it is asked (N-12)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.engines.forms.definition import PERSONAL, FieldDef
from madoguchi.engines.forms.form import is_sensitive

from . import wording
from .faults import Fault, Looked


def no_ground(looked: Looked) -> Iterator[Fault]:
    """A ground that says nothing: the question is asked without a reason."""
    for path, field in _fields(looked):
        ground = field.ground.strip()
        if wording.says_nothing(ground) or ground in {field.label, field.question}:
            yield Fault(
                f"{looked.places[path]}.ground",
                _("「%s」では、なぜ聞くのかわかりません（N-12）。") % ground,
                _("何を決めるために使うかを書きます。使わないなら項目を消します。"),
                is_error=is_sensitive(field) or field.type in PERSONAL,
            )


def special_care(looked: Looked) -> Iterator[Fault]:
    """要配慮個人情報 needs a law and is kept as a secret.

    Where the words leave no doubt it is an error. Where they may speak of a dog's illness or a house's damage too,
    it is a warning, and `sensitivity: none` or `personal`, said aloud, answers it: the pack knows, words do not.
    """
    for path, field in _fields(looked):
        asked = " ".join([field.label, field.question, *field.options.values(), field.statement])
        beside = [field.hint, *field.hints.values(), field.why]
        is_sure = wording.is_special(asked)
        if not is_sure:
            is_likely = wording.may_be_special(asked) or any(map(wording.is_special, beside))
            if not is_likely or field.sensitivity in {"none", "personal"}:
                continue
        at = looked.places[path]
        answer = (
            "" if is_sure else _("人の病気などのことでないなら、sensitivity: none か personal と書きます。")
        )
        if not wording.names_law(field.ground):
            yield Fault(
                f"{at}.ground",
                _("要配慮個人情報にあたりうるのに、根拠の法令がありません（N-12）。"),
                _("根拠に法令の名前と条を書きます。例：児童福祉法 第24条。") + answer,
                is_error=is_sure,
            )
        if not (is_sensitive(field) if is_sure else field.sensitivity == "secret"):
            yield Fault(
                at,
                _("要配慮個人情報にあたりうるのに、sensitivity がありません（N-12）。"),
                _("sensitivity: secret と書きます。") + answer,
                is_error=is_sure,
            )


def read_by_nobody(looked: Looked) -> Iterator[Fault]:
    """A field that no condition, paper or person of this procedure reads, and whose reason residents are not told."""
    read = _read_by_machine(looked)
    for path, field in _fields(looked):
        # What staff read says so to whoever is asked: `why`. A condition, a letter, an account need no more words.
        if path in read or field.why or field.type in {"consent", "signature", "bank_account"}:
            continue
        if "." in path and path.partition(".")[0] in read:
            continue
        yield Fault(
            looked.places[path],
            _("この答えを使うところがありません（条件、書類、通知書、計算）。"),
            _("職員が読むなら、何に使うかを why に書きます。使わないなら消します。"),
            is_error=False,
        )


def _read_by_machine(looked: Looked) -> set[str]:
    procedure, shape = looked.procedure, looked.shape
    rules = [
        *procedure.form.shown.values(),
        *procedure.needs.values(),
        *procedure.asks_signer.values(),
        *procedure.proposals.values(),
        *([procedure.eligibility] if procedure.eligibility else []),
    ]
    read = {name for rule in rules for name in (*rule.names_used, *rule.paths_used)}
    read |= {field.holder for _path, field in _fields(looked) if field.holder}
    read |= {signer.each for signer in shape.cosigners if signer.each}
    for state in shape.flow.values():
        if state.fetched is not None:
            read |= {state.fetched.at, state.fetched.copies, *state.fetched.shows}
    if shape.hint_deadline is not None:
        read.add(shape.hint_deadline.from_.removeprefix("answers."))
    # Whose letter it is: the first person of the form is who applies.
    read |= {path for path, field in _fields(looked) if field.type == "person"}
    return read


def _fields(looked: Looked) -> Iterator[tuple[str, FieldDef]]:
    for _page, key, field in looked.procedure.form.fields():
        yield key, field
        for inner, definition in field.fields.items():
            yield f"{key}.{inner}", definition
