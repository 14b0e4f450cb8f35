"""What was published of a round, and the entries once they are frozen, can no longer be changed by anybody.

A draw that can be checked is worth nothing if the city could change what it published and its digest together, so the
database itself refuses. There is no switch to pass it by. (A digest noted outside shows what even this could not stop.)
"""

from typing import Any

from django.db import migrations

ANNOUNCED = [
    "key", "title", "about", "rules", "rules_file", "rules_hash", "inventory", "inventory_file", "inventory_hash",
    "key_of_salt_id", "sealed_salt", "salt_commitment", "beacons", "opens_at", "closes_at", "draws_at", "redraws_id",
    "why",
]  # fmt: skip
FROZEN = ["entry_file", "entries_hash", "entries_count", "frozen_at"]
DRAWN = ["seed", "salt", "beacon", "result_file", "result_hash", "drawn_at", "drawn_by"]
WISHED = [
    "round_id", "receipt", "party_id", "person_id", "channel", "tier", "wishes", "cap", "entered_at",
]  # fmt: skip
IS_FROZEN = "(SELECT entries_hash FROM lottery_round WHERE id = {row}.round_id) <> ''"


def _differs(columns: list[str], vendor: str) -> str:
    says = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return "(" + " OR ".join(f"NEW.{column} {says} OLD.{column}" for column in columns) + ")"


def _rules(vendor: str) -> list[tuple[str, str, str, str]]:
    """(table, what it is not, verb, when that is refused)."""
    changed = " OR ".join(
        [
            _differs(ANNOUNCED, vendor),
            f"(OLD.entries_hash <> '' AND {_differs(FROZEN, vendor)})",
            f"(OLD.seed <> '' AND {_differs(DRAWN, vendor)})",
        ]
    )
    wished = f"{_differs(WISHED, vendor)} OR (NEW.state <> OLD.state AND {IS_FROZEN.format(row='OLD')})"
    always = "1" if vendor == "sqlite" else "true"
    return [
        ("lottery_round", "changed", "UPDATE", changed),
        ("lottery_round", "taken_away", "DELETE", always),
        ("lottery_entry", "changed", "UPDATE", wished),
        ("lottery_entry", "late", "INSERT", IS_FROZEN.format(row="NEW")),
        ("lottery_entry", "taken_away", "DELETE", always),
    ]


def guard(_apps: Any, editor: Any) -> None:
    vendor = editor.connection.vendor
    for table, done, verb, when in _rules(vendor):
        name = f"{table}_is_not_{done}"
        if vendor == "sqlite":
            said = (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is published or frozen'); END"
            )
            editor.execute(said, params=None)
            continue
        for statement in _postgresql(name, table, verb, when):
            editor.execute(statement, params=None)


def _postgresql(name: str, table: str, verb: str, when: str) -> list[str]:
    """A condition that asks another table has to stand in the function, not in WHEN."""
    row = "OLD" if verb == "DELETE" else "NEW"
    return [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {when} THEN
                RAISE EXCEPTION '{table} is published or frozen' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN {row};
        END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def unguard(_apps: Any, editor: Any) -> None:
    for table, done, _verb, _when in _rules(editor.connection.vendor):
        on = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
        editor.execute(f"DROP TRIGGER {table}_is_not_{done}{on}", params=None)


class Migration(migrations.Migration):
    dependencies = [("lottery", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
