"""A draft is born in the world it is made in, and what was practised may go again."""

from django.db import migrations, models

from madoguchi.kernel.db import only_added_but_practice
from madoguchi.kernel.practice import is_practice


class Migration(migrations.Migration):
    dependencies = [("forms", "0004_kinds_kept")]

    operations = [
        migrations.AlterField("draft", "practice", models.BooleanField(default=is_practice, editable=False)),
        migrations.AddField(
            "answerrevision", "practice", models.BooleanField(default=is_practice, editable=False)
        ),
        only_added_but_practice("forms_answerrevision"),
    ]
