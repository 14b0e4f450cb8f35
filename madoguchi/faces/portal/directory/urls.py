"""Who does what in the city hall."""

from django.urls import path

from . import views

app_name = "directory"
urlpatterns = [
    path("", views.divisions, name="divisions"),
    path("promotion/", views.duties, name="duties"),
    path("<str:key>/", views.division, name="division"),
]
