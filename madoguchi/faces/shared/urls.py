"""Addresses that belong to no single face."""

from django.urls import path, re_path

from . import views
from .residents import by_provider, door, recovering

app_name = "shared"
urlpatterns = [
    path("language/", views.language, name="languages"),
    path("language/<slug:code>/", views.language, name="language"),
    re_path(r"^text-size/(?P<size>large|usual)/$", views.text_size, name="text_size"),
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-in/code/", door.code, name="sign_in_code"),
    path("sign-in/more/", door.more, name="sign_in_more"),
    path("sign-in/new/", door.new, name="sign_in_new"),
    path("sign-in/recover/", recovering.recover, name="sign_in_recover"),
    path("sign-in/paper/", recovering.paper, name="sign_in_paper"),
    path("sign-in/provider/", by_provider.leave, name="sign_in_provider"),
    path("sign-in/provider/back/", by_provider.back, name="sign_in_provider_back"),
    path("sign-in/provider/first/", by_provider.first, name="sign_in_provider_first"),
    path("sign-in/provider/left/", by_provider.left, name="sign_in_provider_left"),
    path(".well-known/oidc-keys/<slug:realm>.json", by_provider.keys, name="oidc_keys"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
