"""Addresses of サインインの設定."""

from django.urls import path

from . import address, changing, confirming, linking, not_me, views

app_name = "account"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("confirm/", confirming.confirm, name="confirm"),
    path("add/<slug:kind>/", changing.add, name="add"),
    path("provider/", linking.leave, name="link"),
    path("provider/decide/", linking.decide, name="link_decide"),
    path("provider/confirm/", linking.confirm, name="link_confirm"),
    path("provider/facts/forget/", linking.forget_facts, name="link_forget_facts"),
    path("provider/<uuid:link_id>/stop/", linking.stop, name="link_stop"),
    path("ways/<uuid:factor_id>/stop/", changing.stop, name="stop"),
    path("password/stop/", changing.stop_password, name="stop_password"),
    path("codes/", changing.recovery_codes_page, name="recovery_codes"),
    path("sign-ins/end/", views.end_others, name="end_others"),
    path("sign-ins/<uuid:sign_in_id>/end/", views.end_one, name="end_one"),
    path("address/", address.change, name="address"),
    path("address/code/", address.code, name="address_code"),
    path("address/stop/", address.stop, name="address_stop"),
    path("recoveries/<uuid:recovery_id>/stop/", views.stop_recovery, name="stop_recovery"),
    path("not-me/<str:token>/", not_me.not_me, name="not_me"),
]
