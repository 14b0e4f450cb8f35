"""packs/*/booking: areas and their rules, sites, what can be booked, timetables, closings."""

from __future__ import annotations

from madoguchi.kernel.packs import PackPart, register

from . import packing
from .packing.reading import FOLDER
from .shape import AreaFile, ClosingsFile, ResourcesFile, SiteRow

register(
    PackPart(
        folder=FOLDER,
        order=40,
        load=packing.load,
        check=packing.check,
        apply=packing.apply,
        models=(AreaFile, ResourcesFile, SiteRow, ClosingsFile),
    )
)
