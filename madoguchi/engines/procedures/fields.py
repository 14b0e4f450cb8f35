"""項目台帳: every personal field a pack asks for, with its ground, its sensitivity and how long it is kept (N-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.forms.definition import PERSONAL, FieldDef, PageDef
from madoguchi.engines.forms.form import is_sensitive
from madoguchi.engines.forms.pack import PrintedForm
from madoguchi.kernel.packs import Located, PackFolder

from .definition import ProcedureDef
from .templates import written

FORMS = "forms"
_WITH_CASE, _UNTIL_CLOSED = "案件と同じ", "処理が終わるまで"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as the register shows it; `file` and `line` say where it is written."""

    procedure: str
    path: str
    label: str
    kind: str
    sensitivity: str  # none, personal, secret
    ground: str
    kept: str  # until the case is closed, or the retention class of the procedure
    lookup: bool
    file: str
    line: int

    @property
    def is_personal(self) -> bool:
        return self.sensitivity != "none"


def fields_of(folder: PackFolder) -> list[FieldRow]:
    """Every field of every procedure of a pack, in the order they are asked."""
    rows = [row for one in written(folder) if not one.is_template for row in _rows(one.located)]
    return [*rows, *(row for located in folder.yaml_files(FORMS, PrintedForm) for row in _of_form(located))]


def _of_form(located: Located[PrintedForm]) -> Iterator[FieldRow]:
    """A paper that goes with a case is kept as long as the case."""
    yield from _of_pages(located, f"{FORMS}/{located.value.form}", located.value.pages, _WITH_CASE)


def _rows(located: Located[ProcedureDef]) -> Iterator[FieldRow]:
    shape = located.value
    yield from _of_pages(located, shape.procedure, shape.pages, shape.retention.class_)


def _of_pages(located: Located[Any], name: str, pages: list[PageDef], kept: str) -> Iterator[FieldRow]:
    for number, page in enumerate(pages):
        for key, field in page.fields.items():
            at: tuple[Any, ...] = ("pages", number, "fields", key)
            yield _row(located, (name, key), field, at, field, kept)
            for inner, definition in field.fields.items():
                path = (name, f"{key}.{inner}")
                yield _row(located, path, definition, (*at, "fields", inner), field, kept)


def _row(
    located: Located[Any],
    named: tuple[str, str],
    field: FieldDef,
    at: tuple[Any, ...],
    outer: FieldDef,
    kept: str,
) -> FieldRow:
    file, line = located.tree.place(at, located.file)
    stated = field.sensitivity or (outer.sensitivity if is_sensitive(outer) else None)
    sensitive = is_sensitive(field) or is_sensitive(outer) or field.type in PERSONAL
    return FieldRow(
        procedure=named[0],
        path=named[1],
        label=field.label or outer.label,
        kind=field.type,
        sensitivity=(stated if stated not in {None, "none"} else "personal") if sensitive else "none",  # type: ignore[arg-type]
        ground=field.ground,
        kept=kept if field.keep == "case" else _UNTIL_CLOSED,
        lookup=field.lookup is not None,
        file=file,
        line=line,
    )
