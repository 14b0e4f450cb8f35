from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_card_failures")]

    operations = [
        migrations.AddField(
            model_name="division",
            name="words",
            field=models.JSONField(default=dict, help_text="{language: {name}}"),
        ),
    ]
