from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_people_duties")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="words",
            field=models.JSONField(default=dict, help_text="{language: {does, place, hours}}"),
        ),
        migrations.AddField(
            model_name="counter",
            name="words",
            field=models.JSONField(default=dict, help_text="{language: {name, place, hours}}"),
        ),
    ]
