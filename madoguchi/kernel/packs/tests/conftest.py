import pytest

from madoguchi.kernel import packs
from madoguchi.kernel.packs import registry

from . import make


@pytest.fixture(autouse=True)
def only_services(monkeypatch):
    """These tests bring their own part; those of the engines stay out."""
    monkeypatch.setattr(registry, "_parts", {})
    packs.register(make.make_part())
