"""Blocks, what lies in them, and what waits to be sealed; and which events were only practice."""

from django.db import migrations, models

from madoguchi.kernel.db import only_added

TABLE = "audit_event"
# On SQLite a column is added by building the table anew, and the triggers go with the old one.
_UNGUARDED = {
    "sqlite": (
        f"DROP TRIGGER IF EXISTS {TABLE}_is_not_changed",
        f"DROP TRIGGER IF EXISTS {TABLE}_is_not_taken_away",
    ),
    "postgresql": (f"DROP TRIGGER IF EXISTS {TABLE}_is_only_added ON {TABLE}",),
}
# In the database, so that no way of writing an event passes it by.
_WAITS = {
    "sqlite": (
        f"""CREATE TRIGGER {TABLE}_waits AFTER INSERT ON {TABLE}
        BEGIN INSERT INTO audit_waiting (event) VALUES (NEW.id); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION audit_event_waits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit_waiting (event) VALUES (NEW.id);
            RETURN NULL;
        END $$""",
        f"""CREATE TRIGGER {TABLE}_waits AFTER INSERT ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION audit_event_waits()""",
    ),
}


def _run(statements):
    def operation(_apps, editor):
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement, params=None)

    return migrations.RunPython(operation, migrations.RunPython.noop)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_only_added")]

    operations = [
        _run(_UNGUARDED),
        migrations.AddField("event", "practice", models.BooleanField(default=False)),
        only_added(TABLE),
        migrations.CreateModel(
            "Waiting",
            fields=[("event", models.UUIDField(primary_key=True, serialize=False))],
            options={"ordering": ["event"]},
        ),
        migrations.CreateModel(
            "Block",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("key", models.CharField(max_length=20)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.CreateModel(
            "Sealed",
            fields=[
                ("event", models.UUIDField(primary_key=True, serialize=False)),
                ("block", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["block", "event"],
                "indexes": [models.Index(fields=["block", "event"], name="audit_sealed_in_block")],
            },
        ),
        only_added("audit_block"),
        only_added("audit_sealed"),
        # What was written before there were blocks waits for the first of them.
        migrations.RunSQL("INSERT INTO audit_waiting (event) SELECT id FROM audit_event", migrations.RunSQL.noop),
        _run(_WAITS),
    ]
