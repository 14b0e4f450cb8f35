import django.db.models.deletion
from django.db import migrations, models

import madoguchi.kernel.refs.ids


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0003_whole_procedures"),
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kept",
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
                ("sealed", models.BinaryField(default=bytes)),
                ("updated_at", models.DateTimeField()),
                (
                    "party",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.party"
                    ),
                ),
            ],
        ),
    ]
