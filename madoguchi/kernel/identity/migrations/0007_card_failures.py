from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_federation"),
    ]

    operations = [
        migrations.AddField(
            model_name="factor",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
