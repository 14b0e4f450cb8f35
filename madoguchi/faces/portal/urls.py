"""Addresses of the residents' face."""

from importlib.util import find_spec

from django.urls import include, path

from . import counting, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("help/", views.help_page, name="help"),
    path("life/<slug:slug>/", views.life, name="life"),
    path("", include("madoguchi.faces.portal.procedures.urls")),
    path("", include("madoguchi.faces.portal.records.urls")),
    path("my/agents/", include("madoguchi.faces.portal.agents.urls")),
    path("my/apps/", include("madoguchi.faces.portal.access.urls")),
    path("my/account/", include("madoguchi.faces.portal.account.urls")),
    path("my/inbox/", include("madoguchi.faces.portal.messaging.urls")),
    path("pages/", include("madoguchi.faces.portal.knowledge.urls")),
    path("figures/channels/", counting.channels, name="channels"),
    path("figures/channels.csv", counting.channels_csv, name="channels_csv"),
    path("figures/accesses/", counting.accesses, name="accesses"),
    path("figures/accesses.csv", counting.accesses_csv, name="accesses_csv"),
    path("figures/accesses.json", counting.accesses_json, name="accesses_json"),
    path("figures/misissues/", counting.misissues, name="misissues"),
    path("", include("madoguchi.faces.portal.booking.urls")),
    path("opinions/", include("madoguchi.faces.portal.consultation.urls")),
    path("councils/", include("madoguchi.faces.portal.councils.urls")),
    path("queue/", include("madoguchi.faces.portal.queue.urls")),
    path("divisions/", include("madoguchi.faces.portal.directory.urls")),
    path("draws/", include("madoguchi.faces.portal.draws.urls")),
    path("practice/", include("madoguchi.faces.portal.lessons.urls")),
]
if find_spec("madoguchi.faces.portal.plan.urls"):
    urlpatterns.append(path("plan/", include("madoguchi.faces.portal.plan.urls")))
