import django.db.models.deletion
from django.db import migrations, models

import madoguchi.kernel.refs.ids


class Migration(migrations.Migration):
    dependencies = [("consultation", "0002_only_added")]
    operations = [
        migrations.CreateModel(
            name="Rules",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("minimum_days", models.PositiveSmallIntegerField(default=20)),
                (
                    "counting",
                    models.CharField(
                        choices=[("calendar", "暦の日数"), ("opening", "開庁日")],
                        default="calendar",
                        max_length=10,
                    ),
                ),
                ("follow_up_months", models.PositiveSmallIntegerField(default=12)),
                ("categories", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="the_rules_are_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="PartsApart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=madoguchi.kernel.refs.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("said_by", models.UUIDField()),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="consultation.part"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="consultation.part"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("one"), models.F("other"), name="two_parts_are_told_apart_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="parts_told_apart_are_written_one_way",
                    ),
                ],
            },
        ),
    ]
