"""The addresses of the API."""

from django.urls import path

from .v1 import api

urlpatterns = [path("", api.urls)]
