"""The past calls of the reference city, brought as its pack has them, without loading the whole pack."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from madoguchi.engines.consultation.models import Call
from madoguchi.engines.consultation.services.bringing import bring_call
from madoguchi.engines.consultation.shape import CallFile, OpinionRow, RulesFile
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

FOLDER = Path(__file__).resolve().parents[4] / "packs" / "nerima" / "consultation"


@cache
def _read(key: str) -> tuple[CallFile, tuple[OpinionRow, ...]]:
    call = YAML(typ="safe").load(FOLDER / "calls" / f"{key}.yaml")
    with (FOLDER / "opinions" / f"{key}.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(lines)]
    return CallFile.model_validate(call), tuple(OpinionRow.model_validate(row) for row in rows)


def bring_past(key: str) -> Call:
    call, rows = _read(key)
    if call.division:
        people.keep_division(key=call.division, name=call.division)
    bring_call(call=call, rows=rows, rules=RulesFile(), by=SYSTEM)
    return Call.objects.get(key=key)
