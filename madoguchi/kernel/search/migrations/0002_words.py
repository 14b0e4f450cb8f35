"""The index proper: FTS5 trigrams on SQLite, pg_trgm on PostgreSQL where the operator allows the extension."""

from django.db import connections, migrations, transaction
from django.db.utils import DatabaseError


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        # Its own copy of the text, not an external-content table with triggers: Django rebuilds a table to
        # alter it, and the triggers would silently be gone.
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(title, text, tokenize = 'trigram case_sensitive 1')"
        )
    elif vendor == "postgresql" and _may_use_trigrams(schema_editor.connection.alias):
        for column in ("folded_title", "folded_text"):
            schema_editor.execute(
                f"CREATE INDEX search_{column} ON search_entry USING gin ({column} gin_trgm_ops)"
            )


def _may_use_trigrams(alias):
    """Without the right to make the extension everything is still found, by reading more."""
    connection = connections[alias]
    try:
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS search_words")
    elif schema_editor.connection.vendor == "postgresql":
        for column in ("folded_title", "folded_text"):
            schema_editor.execute(f"DROP INDEX IF EXISTS search_{column}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
