"""企画課 runs the call, 子育て支援課 is asked for answers; each at their own browser."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.consultation.models import Call
from madoguchi.engines.consultation.tests import make
from madoguchi.faces.shared.tests.entering import enter
from madoguchi.kernel.refs import Actor


class Staff:
    """A member of staff at a browser."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.browser = actor, Client()
        enter(self.browser, actor)

    def get(self, route: str, *args, **query):
        return self.browser.get(reverse(f"desk:{route}", args=[str(one) for one in args]), query)

    def post(self, route: str, *args, follow: bool = True, **posted):
        address = reverse(f"desk:{route}", args=[str(one) for one in args])
        return self.browser.post(address, posted, follow=follow)


def hidden(response, name: str) -> str:
    """The value of a hidden field as the page sends it back."""
    return re.search(rf'name="{name}" value="([^"]*)"', response.text)[1]


@pytest.fixture
def planner(db) -> Staff:
    make.route()
    return Staff(make.staff("kikaku", make.PLANNING, "planner"))


@pytest.fixture
def clerk(planner) -> Staff:
    return Staff(make.staff("tanto", make.ASKED, "clerk"))


@pytest.fixture
def stranger(planner) -> Staff:
    """A planner and clerk of another division."""
    return Staff(make.staff("hoka", "介護保険課", "planner", "clerk"))


@pytest.fixture
def call(planner) -> Call:
    return make.opened(planner.actor)
