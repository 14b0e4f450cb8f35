"""The linter on how long things are kept: classes of `retention.yaml` and the procedures that name them."""

from pathlib import Path

import pytest

from madoguchi.kernel import packs

from .test_linting import RETENTION, found_in, with_lines


def retention_of(found: list[packs.Problem]) -> list[str]:
    return [problem.message for problem in found if problem.rule == "retention_class"]


@pytest.mark.accepts("N-12")
def test_a_class_of_keeping_nobody_knows_or_that_counts_otherwise_is_refused(tmp_path):
    unknown = with_lines(("class: 5年", "class: 6年"))
    otherwise = with_lines(("from: end_of_fiscal_year", "from: closing"))

    assert retention_of(found_in(tmp_path / "a", unknown)) == [
        "保存期間「6年」は retention.yaml にありません。"
    ]
    assert retention_of(found_in(tmp_path / "b", otherwise)) == [
        "「5年」は end_of_fiscal_year から数えます。"
    ]
    assert len(retention_of(found_in(tmp_path / "c", **{"retention.yaml": ""}))) == 1


def test_a_plan_of_keeping_that_cannot_be_carried_out_is_refused(tmp_path):
    both = RETENTION.replace("permanent: true", "permanent: true, years: 3")
    at_once = RETENTION.replace("throw_away_after_days: 90", "throw_away_after_days: 60")
    twice = RETENTION.replace("id: 3年", "id: 1年")

    for wrong in (both, at_once, twice):
        found = [one for one in found_in(tmp_path, **{"retention.yaml": wrong}) if one.is_error]
        assert [Path(one.file).name for one in found] == ["retention.yaml"]
