"""Addresses of the staff's face."""

from django.urls import include, path

from . import checkup, finding, post, stuck, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("", include("madoguchi.faces.desk.sign_in.urls")),
    path("find/", finding.find, name="find"),
    path("find/person/", finding.person, name="find_person"),
    path("approvals/", include("madoguchi.faces.desk.approvals.urls")),
    path("bookings/", include("madoguchi.faces.desk.booking.urls")),
    path("councils/", include("madoguchi.faces.desk.councils.urls")),
    path("draws/", include("madoguchi.faces.desk.draws.urls")),
    path("records/", include("madoguchi.faces.desk.records.urls")),
    path("agents/", include("madoguchi.faces.desk.agents.urls")),
    path("people/", include("madoguchi.faces.desk.people.urls")),
    path("post/", post.to_post, name="to_post"),
    path("post/<uuid:delivery_id>/", post.letter, name="letter"),
    path("post/<uuid:delivery_id>/look/", post.look, name="letter_look"),
    path("post/<uuid:delivery_id>/paper/", post.paper, name="letter_paper"),
    path("post/<uuid:delivery_id>/sent/", post.sent, name="letter_sent"),
    path("consultation/", include("madoguchi.faces.desk.consultation.urls")),
    path("doctor/", checkup.checkup, name="doctor"),
    path("stuck/", stuck.stuck, name="stuck"),
    path("stuck/jobs/<uuid:job_id>/again/", stuck.job_again, name="job_again"),
    path("stuck/deliveries/<uuid:delivery_id>/again/", stuck.delivery_again, name="delivery_again"),
    path("plan/", include("madoguchi.faces.desk.plan.urls")),
    path("queue/", include("madoguchi.faces.desk.queue.urls")),
    path("terminals/", include("madoguchi.faces.desk.terminals.urls")),
    path("", include("madoguchi.faces.desk.authoring.urls")),
    path("", include("madoguchi.faces.desk.procedures.urls")),
]
