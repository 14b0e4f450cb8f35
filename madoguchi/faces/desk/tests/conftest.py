"""The desk of 子育て支援課: Sato and Tamura are clerks, Ogawa decides, Takagi sits in another division."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.refs import Actor


class Desk:
    """One member of staff at their own browser."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.browser = actor, Client()
        enter(self.browser, actor)

    def get(self, route: str, case: Case | None = None, **query: str):
        return self.browser.get(self._href(route, case), query)

    def post(self, route: str, case: Case | None = None, **posted):
        return self.browser.post(self._href(route, case), posted)

    def look(self, case: Case, reason: str = "check"):
        return self.post("procedures:look", case, reason=reason)

    def opened(self, case: Case) -> Desk:
        assert self.look(case).status_code == 302
        return self

    @staticmethod
    def _href(route: str, case: Case | None) -> str:
        return reverse(f"desk:{route}", kwargs={"case_id": case.pk} if case else {})


@pytest.fixture
def procedure(db):
    return make.publish_canonical()


@pytest.fixture
def aoi(procedure) -> Actor:
    return make.resident(email="aoi@mihon.invalid")


@pytest.fixture
def case(aoi) -> Case:
    """Aoi's claim has just come in."""
    return make.received(aoi)


@pytest.fixture
def sato(procedure) -> Desk:
    return Desk(make.clerk("sato", name="佐藤"))


@pytest.fixture
def tamura(procedure) -> Desk:
    return Desk(make.clerk("tamura", name="田村"))


@pytest.fixture
def ogawa(procedure) -> Desk:
    return Desk(make.clerk("ogawa", "head", name="小川"))


@pytest.fixture
def takagi(procedure) -> Desk:
    return Desk(make.clerk("takagi", division="介護保険課", name="高木"))


@pytest.fixture
def deciding(case, sato) -> Case:
    """The case as Sato passed it on."""
    return make.at(case, "deciding", sato=sato.actor)
