"""Every outcome the rules can have is shown by an example, so that a change of them is noticed."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .faults import Fault, Looked


def no_example(looked: Looked) -> Iterator[Fault]:
    """Outcomes without an example: eligible, each reason against it, each paper."""
    shape = looked.shape
    if not shape.examples:
        yield _missing("procedure", _("例が1つもありません。"), _("examples に、答えとその結果を書きます。"))
        return
    said = [example.then for example in shape.examples]
    if shape.eligibility is not None:
        for answer, words in (("yes", _("対象になる例")), ("no", _("対象にならない例"))):
            if not any(str(then.get("eligible")) == answer for then in said):
                yield _missing(
                    "eligibility",
                    _("%sがありません。") % words,
                    _("then: {eligible: %s} の例を加えます。") % answer,
                )
    for number, document in enumerate(shape.documents):
        if document.required_when and not any(document.id in (then.get("documents") or []) for then in said):
            hint = _("then: {documents: [%s]} の例を加えます。") % document.id
            yield _missing(f"documents.{number}", _("この書類が要る例がありません。"), hint)


def _missing(key: str, message: str, hint: str) -> Fault:
    return Fault(key, message, hint, is_error=False)
