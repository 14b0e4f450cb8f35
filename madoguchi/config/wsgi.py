"""The WSGI door. Addresses and templates are loaded here, so that the first visitor does not wait for them."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018
