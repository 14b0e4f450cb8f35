"""練習ページ. What is practised stands behind /practice/try/ (faces.shared.practising)."""

from django.urls import path

from . import views

app_name = "lessons"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:key>/begin/", views.begin, name="begin"),
    path("end/", views.end, name="end"),
]
