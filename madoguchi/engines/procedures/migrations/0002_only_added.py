"""Rows of procedures_step are only ever added to: the database itself refuses anything else."""

from django.db import migrations

from madoguchi.kernel.db import only_added


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [only_added("procedures_step")]
