"""Addresses of the staff's sign-in: the door, one's own factors, and those of the people one looks after."""

from django.urls import path

from . import again, counter, door, enrolling, mine, people, second, sso

urlpatterns = [
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("sign-in/second/", second.second, name="sign_in_second"),
    path("sign-in/first-time/", enrolling.first_time, name="sign_in_first_time"),
    path("sign-in/register/", enrolling.register, name="sign_in_register"),
    path("sign-in/again/", again.again, name="sign_in_again"),
    path("sign-in/sso/", sso.leave, name="sign_in_sso"),
    path("sign-in/sso/again/", sso.again, name="sign_in_sso_again"),
    path("sign-in/sso/back/", sso.back, name="sign_in_sso_back"),
    path("sign-in/left/", sso.left, name="sign_in_left"),
    path("my/sign-in/", mine.mine, name="my_sign_in"),
    path("my/sign-in/add/<slug:kind>/", mine.add, name="my_factor_add"),
    path("my/sign-in/password/", mine.password, name="my_password"),
    path("my/sign-in/factors/<uuid:factor_id>/stop/", mine.stop, name="my_factor_stop"),
    path("my/sign-in/others/end/", mine.end_others, name="my_sign_ins_end"),
    path("people/sign-ins/", people.sign_ins, name="sign_ins"),
    path("people/sign-ins/<uuid:account_id>/stop-card/", people.stop_card, name="stop_card"),
    path("people/sign-ins/<uuid:account_id>/end/", people.end, name="end_sign_ins"),
    path("people/sign-ins/<uuid:account_id>/new-code/", people.new_code, name="new_enrolment"),
    path("people/back-in/", counter.back_in, name="back_in"),
    path("people/back-in/<uuid:recovery_id>/confirm/", counter.confirm, name="back_in_confirm"),
]
