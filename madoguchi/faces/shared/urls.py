"""Addresses that belong to no single face."""

from django.urls import path, re_path

from . import views

app_name = "shared"
urlpatterns = [
    path("language/", views.language, name="languages"),
    path("language/<slug:code>/", views.language, name="language"),
    re_path(r"^text-size/(?P<size>large|usual)/$", views.text_size, name="text_size"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
