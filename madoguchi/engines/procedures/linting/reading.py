"""Who reads an answer, and on what ground it is asked (N-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from madoguchi.engines.forms.definition import PERSONAL, FieldDef
from madoguchi.engines.forms.form import is_sensitive

from .faults import Fault, Looked

# Words that fill the line of a ground without being one.
_SAYS_NOTHING = re.compile(
    r"^(参考|念のため|その他|ほか|必要|確認|情報|未定|なし|特になし|不明|-|－|―|\.+|…+)?(のため|用)?[。.]?$"
)
# 要配慮個人情報: 個人情報保護法 第2条第3項.
_SPECIAL_CARE = re.compile(
    r"病歴|病名|病気|既往|障害|障がい|診断|健診|健康状態|妊娠|犯罪|前科|被害|人種|民族|信条|宗教|国籍以外|社会的身分|感染"
)
_LAW = re.compile(r"(?<![方手作用文])法(?!人)|条例|規則|政令|省令|施行令|要綱|第\d+条")


def no_ground(looked: Looked) -> Iterator[Fault]:
    """A ground that says nothing: the question is asked without a reason."""
    for path, field in _fields(looked):
        ground = field.ground.strip()
        if _SAYS_NOTHING.match(ground) or ground in {field.label, field.question}:
            yield Fault(
                f"{looked.places[path]}.ground",
                _("「%s」では、なぜ聞くのかわかりません（N-12）。") % ground,
                _("何を決めるために使うかを書きます。使わないなら項目を消します。"),
                is_error=is_sensitive(field) or field.type in PERSONAL,
            )


def special_care(looked: Looked) -> Iterator[Fault]:
    """要配慮個人情報 needs a law and is kept as a secret."""
    for path, field in _fields(looked):
        words = f"{field.label} {field.question}"
        if not _SPECIAL_CARE.search(words):
            continue
        at = looked.places[path]
        if not _LAW.search(field.ground):
            yield Fault(
                f"{at}.ground",
                _("要配慮個人情報にあたりうるのに、根拠の法令がありません（N-12）。"),
                _("根拠に法令の名前と条を書きます。例：児童福祉法 第24条"),
            )
        if not is_sensitive(field):
            yield Fault(
                at,
                _("要配慮個人情報にあたりうるのに、sensitivity がありません（N-12）。"),
                _("sensitivity: secret と書きます。"),
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
