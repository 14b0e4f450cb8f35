"""The routes of a pack, and what becomes of them."""

import pytest

from madoguchi.engines.approvals.models import Route
from madoguchi.engines.directory.tests.make import make_pack
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM

ROUTES = """routes:
  - route: iken
    title: 意見
    steps:
      - {title: 担当課長, division: "*", role: head}
      - {title: 確認, division: 税務課, role: planner}
"""


def pack(path, routes=ROUTES):
    folder = make_pack(path)
    (folder / "approvals").mkdir(exist_ok=True)
    (folder / "approvals" / "routes.yaml").write_text(routes, encoding="utf-8")
    return folder


def problems(folder):
    return [problem.message for problem in packs.check(folder) if "approvals" in problem.file]


@pytest.mark.django_db
def test_apply_lays_the_way_and_again_changes_nothing(tmp_path):
    folder = pack(tmp_path)
    packs.apply(folder, by=SYSTEM)

    assert [step["role"] for step in Route.objects.get(withdrawn_at=None).steps] == ["head", "planner"]
    assert packs.apply(folder, by=SYSTEM).changes == ()


@pytest.mark.django_db
def test_a_way_no_longer_named_takes_nothing_new(tmp_path):
    packs.apply(pack(tmp_path), by=SYSTEM)

    packs.apply(pack(tmp_path, "routes: []\n"), by=SYSTEM)

    assert Route.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        (ROUTES.replace("税務課", "税務部"), ["「税務部」という係は divisions.csv にありません。"]),
        (ROUTES + ROUTES.removeprefix("routes:\n"), ["「iken」が二つあります。"]),
    ],
)
def test_check_says_what_is_wrong_with_a_way(tmp_path, routes, said):
    assert problems(pack(tmp_path, routes)) == said
