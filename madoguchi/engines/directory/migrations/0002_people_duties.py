import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("identity", "0002_whole_procedures")]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=100)),
                ("body", models.CharField(blank=True, max_length=100)),
                ("each", models.CharField(blank=True, max_length=100)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="identity.post",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("post", None), ("each", ""), _connector="XOR"),
                        name="a_duty_is_of_one_post_or_of_everybody_so_called",
                    )
                ],
            },
        ),
    ]
