"""The bill of materials: complete, valid by the standard's own schema, and naming nothing that is not locked."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from madoguchi.faces.cli import locked
from madoguchi.faces.cli.main import main
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def bill():
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["sbom"]) == 0
    return out.getvalue()


@pytest.mark.accepts("P4-5-T4")
def test_the_bill_is_valid_by_the_standards_own_schema(bill):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert (
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.replace('"SHA-256"', '"ROT-13"'))
        is not None
    )


def test_every_line_of_the_lock_is_in_it_with_its_hashes(bill):
    told = {part["bom-ref"]: part for part in json.loads(bill)["components"]}
    text = (ROOT / "requirements/app.lock").read_text(encoding="utf-8")
    pins = [
        line.split(" ")[0] for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))
    ]

    assert sorted(told) == sorted(pin.replace("==", "@") for pin in pins)
    assert sum(len(part["hashes"]) for part in told.values()) == text.count("--hash=sha256:")
    django = told[next(one for one in told if one.startswith("django@"))]
    assert django["purl"] == f"pkg:pypi/{django['bom-ref']}"
    assert django["licenses"][0]["license"]["id"] == "BSD-3-Clause"


def test_it_tells_who_needs_whom(bill):
    needs = {one["ref"]: one.get("dependsOn", []) for one in json.loads(bill)["dependencies"]}
    ref = {one.name: f"{one.name}@{one.version}" for one in locked.read()}

    assert ref["django"] in needs["madoguchi"]
    assert ref["sqlparse"] in needs[ref["django"]]
    assert ref["sqlparse"] not in needs["madoguchi"]


def test_most_packages_tell_their_licence(bill):
    silent = [
        part["name"]
        for part in json.loads(bill)["components"]
        if locked.installed(part["name"]) and not part.get("licenses")
    ]

    # It carries the text of its licence, and no name for it.
    assert set(silent) <= {"cel-python"}
