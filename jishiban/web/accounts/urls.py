"""Addresses of signing in and of accounts."""

from django.urls import path

from jishiban.web.accounts import desk, people, portal

app_name = "accounts"
urlpatterns = [
    # citizens
    path("sign-in/", portal.sign_in, name="sign-in"),
    path("sign-in/code/", portal.code, name="code"),
    path("sign-in/again/", portal.again, name="again"),
    path("sign-out/", portal.sign_out, name="sign-out"),
    # staff
    path("desk/sign-in/", desk.sign_in, name="staff-sign-in"),
    path("desk/sign-in/code/", desk.sign_in_code, name="staff-code"),
    path("desk/sign-out/", desk.sign_out, name="staff-sign-out"),
    path("desk/account/", desk.account, name="account"),
    path("desk/account/password/", desk.password, name="password"),
    path("desk/account/totp/", desk.totp_on, name="totp-on"),
    path("desk/account/totp/off/", desk.totp_off, name="totp-off"),
    # staff looked after by admins and heads
    path("desk/staff/", people.people, name="people"),
    path("desk/staff/new/", people.new, name="new"),
    path("desk/staff/<int:pk>/", people.person, name="person"),
    path("desk/staff/<int:pk>/leave/", people.leave, name="leave"),
    path("desk/staff/<int:pk>/leave/<int:leave_id>/end/", people.leave_end, name="leave-end"),
    path("desk/staff/<int:pk>/close/", people.close, name="close"),
    path("desk/staff/<int:pk>/reopen/", people.reopen, name="reopen"),
    path("desk/staff/<int:pk>/password/", people.reset_password, name="reset-password"),
    path("desk/staff/<int:pk>/totp/", people.reset_totp, name="reset-totp"),
    path("desk/staff/<int:pk>/posts/", people.post, name="post"),
    path("desk/staff/<int:pk>/posts/<int:post_id>/vacate/", people.post_vacate, name="post-vacate"),
]
