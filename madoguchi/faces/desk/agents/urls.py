"""代理 of residents: registered from papers, confirmed by a second person."""

from django.urls import path

from . import views

app_name = "agents"
urlpatterns = [
    path("", views.agents, name="list"),
    path("<uuid:mandate_id>/", views.one, name="one"),
    path("<uuid:mandate_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:mandate_id>/resume/", views.resume, name="resume"),
    path("<uuid:mandate_id>/end/", views.end, name="end"),
]
