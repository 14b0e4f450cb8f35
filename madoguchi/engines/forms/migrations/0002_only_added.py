"""Rows of forms_answerrevision are only ever added to: the database itself refuses anything else."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]

    operations = [only_added("forms_answerrevision")]
