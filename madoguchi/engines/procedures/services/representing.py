"""代理 at the desk: whom a clerk registers it for, found by a code, by a case, or written down anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.mandates import services as representation
from madoguchi.kernel.identity.mandates.errors import MandateCodeWrong, MandateWhom
from madoguchi.kernel.identity.models import Mandate, Party
from madoguchi.kernel.refs import Actor

from ..queries.desk.rows import find_by_receipt

NAME = ("family", "given", "family_kana", "given_kana")


@writes
def register_mandate(
    *,
    by: Actor,
    code: str = "",
    receipt: str = "",
    name: Mapping[str, str] | None = None,
    birth: dt.date | None = None,
    **told: Any,
) -> Mandate:
    """Write a mandate down for exactly one: whose 窓口コード it is, whose case it is, or somebody new by name.

    Nobody is searched for by name: a party that is known already is named by a code or by a case of this desk.
    Raises MandateWhom, MandateCodeWrong and what `identity.mandates` refuses with.
    """
    principal = _principal(by, code.strip(), receipt.strip(), name or {}, birth)
    return representation.register_mandate(principal=principal, birth=birth, by=by, **told)


def _principal(by: Actor, code: str, receipt: str, name: Mapping[str, str], birth: dt.date | None) -> Party:
    spelled = {part: name.get(part, "").strip()[:50] for part in NAME}
    if sum(map(bool, (code, receipt, any(spelled.values())))) != 1:
        raise MandateWhom
    if code:
        found = mandates.party_of_code(code)
        if found is None:
            raise MandateCodeWrong
        return found
    if receipt:
        case = find_by_receipt(by, receipt)
        if case is None or case.applicant is None:
            raise MandateWhom
        return case.applicant
    if not all(spelled.values()):
        raise MandateWhom
    profile: dict[str, Any] = {"name": spelled}
    return people.keep_party(profile=profile | ({"birth": birth.isoformat()} if birth else {}), by=by)
