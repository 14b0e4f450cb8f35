"""The addresses of OAuth: consent, tokens, and what the standards call well known."""

from django.urls import path

from . import views

app_name = "oauth"
urlpatterns = [
    path("oauth/authorize", views.authorize, name="authorize"),
    path("oauth/token", views.token, name="token"),
    path("oauth/revoke", views.revoke, name="revoke"),
    path(".well-known/oauth-authorization-server", views.metadata, name="metadata"),
]
