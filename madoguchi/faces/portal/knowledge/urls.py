"""Pages of words."""

from django.urls import path

from . import views

app_name = "knowledge"
urlpatterns = [path("<slug:slug>/", views.page_of, name="page")]
