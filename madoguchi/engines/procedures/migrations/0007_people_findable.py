from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0006_corrections_whole")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="findable",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("findable", 0)), fields=["id"], name="case_not_findable"),
        ),
    ]
