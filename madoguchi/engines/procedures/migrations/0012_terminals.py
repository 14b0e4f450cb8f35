import django.db.models.deletion
from django.db import migrations, models

import madoguchi.kernel.refs.ids


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0006_arrived_on"),
        ("identity", "0003_lent_divisions"),
        ("procedures", "0011_reply_by_and_arrived_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="TerminalEntry",
            fields=[
                ("id", models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("terminal", models.UUIDField(db_index=True)),
                ("begun_at", models.DateTimeField()),
                ("number", models.CharField(blank=True, max_length=6)),
                ("day", models.DateField(null=True)),
                ("handed_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("division", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.division")),
                ("draft", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="at_terminal", to="forms.draft")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("division", "day", "number"),
                        name="a_number_is_called_once_a_day",
                    )
                ],
            },
        ),
    ]
