"""The tables of all engines, seen together."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from tests.house.tree import height


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("madoguchi.")]


def test_foreign_keys_point_down_the_shelves():
    """Up or sideways a row keeps `about: Ref`, so that a shelf can be taken out with what stands on it."""
    upward = []
    for model in our_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField | models.OneToOneField):
                continue
            own, other = model._meta.app_label, field.related_model._meta.app_label
            mine, theirs = height(own), height(other)
            if own != other and mine is not None and theirs is not None and theirs >= mine:
                upward.append(f"{own}.{model.__name__}.{field.name} -> {other}")

    assert upward == []


def test_every_app_with_tables_stands_somewhere():
    lost = {model._meta.app_label for model in our_models() if height(model._meta.app_label) is None}

    assert lost == set()


def test_public_ids_are_uuids():
    """No row that can appear in an address is counted from 1 (docs/adr/0005)."""
    natural = (models.CharField, models.SlugField)
    # Entry: the search index, SQLite's full-text table is joined by a number. Block: of the audit, a gap must show.
    # Rules: of consultation, one row for the whole city.
    # Sequence, Hour: of the counters' queues, sums found by line and day.
    # Count, ResourceUnit: of booking, parts of a slot and of a resource.
    never_in_an_address = {"Entry", "Block", "Rules", "Sequence", "Hour", "Count", "ResourceUnit"}
    numbered = [
        model.__name__
        for model in our_models()
        if not isinstance(model._meta.pk, (models.UUIDField, *natural, models.OneToOneField))
        if not model._meta.auto_created and model.__name__ not in never_in_an_address
    ]

    assert numbered == []


def test_constraints_are_sentences():
    """A constraint's name is what stands in the error log."""
    mute = [
        f"{model.__name__}: {constraint.name}"
        for model in our_models()
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 1 or "%" in constraint.name
    ]

    assert mute == []
