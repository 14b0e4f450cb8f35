"""The packs that come with the project, by the check everybody's pack goes through."""

from __future__ import annotations

import pytest

from madoguchi.kernel import packs

from .reading import PACKS


@pytest.mark.parametrize("name", ["common_jp", "nerima", "minimal"])
def test_pack_is_without_fault(name):
    problems = packs.check(PACKS / name)
    assert [str(problem) for problem in problems if problem.is_error] == []


def test_no_word_of_nerima_waits_for_its_translation():
    problems = packs.check(PACKS / "nerima")
    assert [str(problem) for problem in problems if "訳" in problem.message] == []
