"""What a revision said is never rewritten: a second person has read it."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("authoring", "0001_initial")]

    operations = [only_added("authoring_revision")]
