"""A case and what is added to it are born in the world they are made in, and what was practised may go again."""

from django.db import migrations, models

from madoguchi.kernel.db import only_added_but_practice
from madoguchi.kernel.practice import is_practice


def _practice() -> models.BooleanField:
    return models.BooleanField(default=is_practice, editable=False)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0007_people_findable"), ("forms", "0005_authoring_practice")]

    operations = [
        migrations.AlterField("case", "practice", _practice()),
        migrations.AddField("step", "practice", _practice()),
        migrations.AddField("transfer", "practice", _practice()),
        migrations.AddField("versionmove", "practice", _practice()),
        only_added_but_practice("procedures_step"),
        only_added_but_practice("procedures_transfer"),
        only_added_but_practice("procedures_versionmove"),
    ]
