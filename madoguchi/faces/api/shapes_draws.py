"""What the API says of draws."""

from __future__ import annotations

import datetime as dt

from ninja import Field, Schema


class DrawRow(Schema):
    """One round in the list."""

    key: str
    title: str
    state: str
    division: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    draws_at: dt.datetime
    is_open: bool
    entries: int


class DrawItem(Schema):
    item: str
    title: str
    capacity: int


class DrawTier(Schema):
    key: str
    title: str


class DrawRules(Schema):
    wishes: int
    bundle_size: int
    win_cap: int
    tiers: list[DrawTier]
    confirm_days: int
    runners_up: int


class Draw(DrawRow):
    """A round with its rules, what can be won, and every digest there is by now; "" where there is none yet."""

    rules: DrawRules
    items: list[DrawItem]
    rules_hash: str
    inventory_hash: str
    salt_commitment: str
    entries_hash: str
    frozen_at: dt.datetime | None
    seed: str
    result_hash: str
    drawn_at: dt.datetime | None
    redraws: str
    why: str
    ended_because: str


class DrawBundle(Schema):
    """The proof. The four files are texts, hashed byte for byte; docs/engines/lottery.md says how they are written."""

    format: str
    rules: str
    rules_hash: str
    inventory: str
    inventory_hash: str
    entries: str
    entries_hash: str
    salt: str
    beacon: dict[str, str | int]
    seed: str
    result: str
    result_hash: str


class DrawEntryIn(Schema):
    """Ranked wishes, the first first; each is one item or several that are won together or not at all."""

    wishes: list[list[str]] = Field(min_length=1, max_length=20)
    tier: str = Field(min_length=1, max_length=80)


class DrawEntry(Schema):
    receipt: str
    round: str
    tier: int
    wishes: list[list[str]]
    state: str
    entered_at: dt.datetime
