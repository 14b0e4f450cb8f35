"""Addresses of public comment, under /opinions/."""

from django.urls import path

from . import calls, downloads, results, writing

app_name = "opinions"
urlpatterns = [
    path("", results.index, name="index"),
    path("id/<uuid:opinion_id>/", results.permanent, name="permanent"),
    path("<slug:key>/", results.call, name="call"),
    path("<slug:key>/<int:number>/", results.opinion, name="opinion"),
    path("<slug:key>/result.pdf", downloads.pdf, name="pdf"),
    path("<slug:key>/result.txt", downloads.text, name="text"),
    path("<slug:key>/result.csv", downloads.rows, name="csv"),
    path("<slug:key>/result.json", downloads.data, name="json"),
    path("<slug:key>/draft/", calls.draft, name="draft"),
    path("<slug:key>/paper/", calls.paper, name="paper"),
    path("<slug:key>/questions/", calls.ask, name="ask"),
    path("<slug:key>/write/", writing.write, name="write"),
    path("<slug:key>/write/<str:secret>/", writing.go_on, name="go_on"),
]
