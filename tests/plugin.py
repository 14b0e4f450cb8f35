"""Where a test run lives. Loaded by pytest before Django reads its settings (a conftest would be too late)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# A test run keeps its files apart from the city that may be running on this machine.
if "MADO_VAR" not in os.environ:
    os.environ["MADO_VAR"] = tempfile.mkdtemp(prefix="mado-test-")
    atexit.register(shutil.rmtree, os.environ["MADO_VAR"], ignore_errors=True)
os.environ.setdefault("MADO_DEMO", "1")
os.environ.setdefault("MADO_PLAIN_STATIC", "1")
os.environ.setdefault("MADO_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
# Playwright's synchronous API keeps an event loop in the thread where tests ask the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
