"""Somebody who never saw the code adds a field to the canonical procedure, and it is in form, case and letter."""

from __future__ import annotations

import io
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from madoguchi.faces.cli.places import ROOT

from .conftest import city
from .visitor import Visitor, fill_in

pytestmark = pytest.mark.slow

FIELD = """
      hospital:
        type: text
        label: 生まれた病院の名前
        hint: 病院でないときは、場所を書いてください。
        ground: 出生の事実の確認
        keep: case
"""
ANSWER = "見本こども病院"


@pytest.fixture
def pack_with_a_new_field(tmp_path: Path) -> Path:
    """A copy of the packs with the field added and the version raised: all that a stranger does."""
    packs = tmp_path / "packs"
    shutil.copytree(ROOT / "packs", packs)
    path = packs / "nerima" / "procedures" / "jido_teate.nintei.yaml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?<=\nversion: )\d+", lambda number: str(int(number[0]) + 1), text, count=1)
    text = text.replace("\n  - id: children\n", FIELD + "  - id: children\n", 1)
    path.write_text(text, encoding="utf-8")
    return packs / "nerima"


def test_a_field_added_to_the_pack_is_in_form_case_and_letter(
    _prepared_city: Path, pack_with_a_new_field: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(_prepared_city, folder, ignore=shutil.ignore_patterns("serving.lock", "server.log"))
    with city(folder, MADO_PACK=str(pack_with_a_new_field)) as hall:
        # In the form: asked, with its words, and shown before sending.
        hana, draft = fill_in(hall.url, "hana", hospital={"value": ANSWER})
        assert "生まれた病院の名前" in hana.page
        assert ANSWER in hana.page
        hana.post(f"/apply/{draft}/submit/")
        # Not a part of an id in some address, which may look like one.
        receipt = re.search(r"(?<![\w-])\d{4}-\d{4}-\d(?![\w-])", hana.page)[0]

        # In the case, on the desk.
        sato = clerk(hall.url, "sato", receipt)
        assert "生まれた病院の名前" in sato.page
        assert ANSWER in sato.page

        # In the letter.
        for _step in ("checking", "deciding"):
            form = re.search(r'action="(/desk/cases/[^"]+/advance/)"', sato.page)[1]
            sato.post(form, seen=value(sato.page, "seen"), to=value(sato.page, "to"))
        ogawa = clerk(hall.url, "ogawa", receipt)
        case = re.search(r"/desk/cases/([0-9a-f-]{36})/", ogawa.url)[1]
        ogawa.get(f"/desk/cases/{case}/decide/?outcome=granted")
        seen = value(ogawa.page, "seen")
        ogawa.post(f"/desk/cases/{case}/decide/", seen=seen, outcome="granted", then="decide")
        words = letter(hall.url, sato, case)
        assert re.search(rf"生まれた病院の名前\s*{ANSWER}", words)

        # A case that was open before stays on the version it began with.
        old = hall.sql(
            "select count(*) from procedures_case c join packs_definition d on d.id = c.definition_id "
            "where d.key = %s and d.version < (select max(version) from packs_definition where key = d.key)",
            "jido_teate.nintei",
        )
        assert old[0][0] > 0


def clerk(home: str, login: str, receipt: str) -> Visitor:
    """A member of staff who has opened the case of `receipt` with a reason."""
    visitor = Visitor(home)
    visitor.get("/desk/sign-in/")
    visitor.post("/desk/sign-in/", login=login, password="mihon-mihon")
    visitor.post("/desk/find/", q=receipt)
    case = re.search(r"/desk/cases/([0-9a-f-]{36})/", visitor.url)[1]
    reason = re.search(r'name="reason" value="([^"]+)"', visitor.page)[1]
    visitor.post(f"/desk/cases/{case}/look/", reason=reason)
    visitor.get(f"/desk/cases/{case}/")
    return visitor


def value(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def letter(home: str, by: Visitor, case: str) -> str:
    """The text of the decision letter, as soon as the worker has drawn it."""
    for _try in range(60):
        by.get(f"/desk/cases/{case}/")
        found = re.search(rf'href="(/desk/cases/{case}/file/[^"]+)" target', by.page)
        if found:
            with by._opener.open(home + found[1], timeout=30) as answer:
                return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.read())).pages)
        time.sleep(0.5)
    pytest.fail(by.page[-3000:])


def test_the_check_names_file_line_and_a_proposal(pack_with_a_new_field: Path) -> None:
    """A slip in the new field is told with its place, not with a traceback."""
    from madoguchi.kernel import packs

    path = pack_with_a_new_field / "procedures" / "jido_teate.nintei.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("hint: 病院でない", "hintt: 病院でない"), "utf-8"
    )

    problems: list[Any] = [problem for problem in packs.check(pack_with_a_new_field) if problem.is_error]

    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "hintt" in text)
    assert [(problem.line, problem.file.endswith(path.name)) for problem in problems] == [(line, True)]
    assert "hint" in problems[0].hint
