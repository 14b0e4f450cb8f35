"""Plain makers for tests of the plan."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from madoguchi.engines.plan import services
from madoguchi.engines.plan.shape import FILES, Book
from madoguchi.kernel.refs import SYSTEM

NERIMA = Path(__file__).resolve().parents[4] / "packs" / "nerima" / "plan"


@cache
def nerima() -> Book:
    """The plan folder of the reference city, as it stands in the pack."""
    yaml = YAML(typ="safe")
    parts = {place: shape.model_validate(yaml.load(NERIMA / name)) for name, (place, shape) in FILES.items()}
    return Book(**parts)


def bring(book: Book | None = None) -> services.Differences:
    return services.bring_plan(book=book or nerima(), by=SYSTEM)


def small_plan(*items: dict[str, object]) -> Book:
    """A plan of one goal and one measure, with these items: `small_plan({"services": {…}})`."""
    entries = [
        {
            "item": f"P1-{number}",
            "title": f"項目{number}",
            "schedule": [{"years": {"R2": "検討", "R3": None}, "divisions": ["みどり課"]}],
            **facts,
        }
        for number, facts in enumerate(items or ({},), 1)
    ]
    measure = {"measure": "1-1", "title": "施策", "items": entries}
    return Book.model_validate(
        {
            "plan": {
                "plan": "small",
                "title": "見本の計画",
                "publisher": "見本町",
                "source": "見本の計画、令和2年3月",
                "published": "R2-03",
                "years": ["R2", "R3"],
                "divisions": ["みどり課"],
            },
            "items": {"goals": [{"goal": "G1", "title": "目標", "measures": [measure]}]},
        }
    )
