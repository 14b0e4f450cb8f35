"""What is wrong with a definition though every key of it is right: said with file, line and a proposal.

Each rule is a function that yields faults; `RULES` names them. An error refuses the pack, a warning is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from madoguchi.kernel.packs import Located

from ..definition import ProcedureDef
from ..procedure import Procedure
from . import alternatives, brought, examples, fetching, flow, reach, reading, statements
from .faults import Fault, Looked

RULES: Mapping[str, Callable[[Looked], Iterator[Fault]]] = {
    "never_eligible": reach.never_eligible,
    "never_asked": reach.never_asked,
    "asked_too_early": reach.asked_too_early,
    "never_needed": reach.never_needed,
    "read_by_nobody": reading.read_by_nobody,
    "no_ground": reading.no_ground,
    "special_care": reading.special_care,
    "only_internet": alternatives.only_internet,
    "only_with_card": alternatives.only_with_card,
    "names_nothing": statements.names_nothing,
    "tells_where": statements.tells_where,
    "no_way_in": flow.no_way_in,
    "no_way_out": flow.no_way_out,
    "nobody_acts": flow.nobody_acts,
    "no_way_back": flow.no_way_back,
    "clock_runs_on": flow.clock_runs_on,
    "refuses_without_appeal": flow.refuses_without_appeal,
    "fetched_nowhere": fetching.fetched_nowhere,
    "photograph_offered": brought.photograph_offered,
    "no_example": examples.no_example,
}


def lint(located: Located[ProcedureDef], procedure: Procedure) -> None:
    """Report every fault of one procedure at its line."""
    looked = Looked(located.value, procedure)
    for name, rule in RULES.items():
        for fault in rule(looked):
            located.problem(fault.key, fault.message, fault.hint, is_error=fault.is_error, rule=name)


def unsent_letters(
    procedures: list[tuple[Located[ProcedureDef], Procedure, Any, Any]],
    letters: list[Located[Any]],
    in_code: set[str],
) -> None:
    """Letters of the pack that no procedure ever sends."""
    sent = {
        state.letter
        for located, *_rest in procedures
        for state in located.value.flow.values()
        if state.letter
    }
    flow.report_unsent(sent | in_code, letters)
