"""到達日: the day a paper reached the office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms", "0005_authoring_practice")]

    operations = [migrations.AddField("draft", "arrived_on", models.DateField(null=True))]
