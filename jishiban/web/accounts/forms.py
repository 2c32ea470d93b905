"""What is typed on the pages of accounts, and what is said when it is not right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiban.kernel.directory.identifiers import check_mobile, normalise, normalise_phone
from jishiban.kernel.directory.models import Role, Staff, Unit


class PhoneForm(forms.Form):
    """A mobile to which a code is sent."""

    phone = forms.CharField(
        label=gettext_lazy("手机号"), max_length=30,
        help_text=gettext_lazy("我们会发一条短信，里面有6位验证码。"),
        error_messages={"required": gettext_lazy("请填写手机号。")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )  # fmt: skip

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        for problem in check_mobile(phone):
            raise forms.ValidationError(problem.message, code=problem.code)
        return normalise_phone(phone)


class CodeForm(forms.Form):
    """Six digits, from an SMS or an app."""

    code = forms.CharField(
        label=gettext_lazy("验证码"), max_length=20,
        error_messages={"required": gettext_lazy("请填写6位验证码。")},
    )  # fmt: skip

    def clean_code(self) -> str:
        code = normalise(str(self.cleaned_data["code"])).replace(" ", "")
        if len(code) != 6 or not code.isdecimal():
            raise forms.ValidationError(_("验证码是6位数字，请再看一遍。"), code="shape")
        return code


class AccountForm(forms.Form):
    """Account and password. The field is called username, because browsers and password keepers look for that."""

    username = forms.CharField(
        label=gettext_lazy("账号"), max_length=40, error_messages={"required": gettext_lazy("请填写账号。")}
    )
    password = forms.CharField(
        label=gettext_lazy("密码"), max_length=256, strip=False,
        error_messages={"required": gettext_lazy("请填写密码。")},
        widget=forms.PasswordInput(),
    )  # fmt: skip


class OwnPasswordForm(forms.Form):
    """The password once more, before something that weakens the account."""

    old = forms.CharField(
        label=gettext_lazy("现在的密码"), max_length=256, strip=False,
        error_messages={"required": gettext_lazy("请填写现在的密码。")},
        widget=forms.PasswordInput(),
    )  # fmt: skip

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_old(self) -> str:
        if not self.staff.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError(_("现在的密码不对，请再输一次。"), code="wrong")
        return str(self.cleaned_data["old"])


class PasswordForm(OwnPasswordForm):
    """The old password, and the new one twice."""

    new = forms.CharField(
        label=gettext_lazy("新密码"), max_length=256, strip=False,
        error_messages={"required": gettext_lazy("请填写新密码。")},
        widget=forms.PasswordInput(),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("再输一次新密码"), max_length=256, strip=False,
        error_messages={"required": gettext_lazy("请再输一次新密码。")},
        widget=forms.PasswordInput(),
    )  # fmt: skip

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(staff, *args, **kwargs)
        self.fields["new"].help_text = _("至少10位，不要全是数字，不要用常见密码。")

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.staff)
        return str(self.cleaned_data["new"])

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("new", self.cleaned_data["again"]):
            raise forms.ValidationError(_("两次输入的新密码不一样，请再输一次。"), code="differ")
        return str(self.cleaned_data["again"])


class LeaveForm(forms.Form):
    """Days away and the deputy."""

    start = forms.DateField(label=gettext_lazy("从哪天"), widget=forms.DateInput())
    end = forms.DateField(
        label=gettext_lazy("到哪天"), help_text=gettext_lazy("含这一天"), widget=forms.DateInput()
    )
    deputy = forms.ModelChoiceField(
        label=gettext_lazy("代理人"), queryset=Staff.objects.none(), required=False,
        empty_label=gettext_lazy("不指定，由负责人代理"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=40, required=False)

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = colleagues(staff)  # type: ignore[attr-defined]  # a choice of rows
        for name in ("start", "end"):
            self.fields[name].error_messages |= {
                "required": _("请选择日期。"),
                "invalid": _("这不是日期，请写成2026-09-30。"),
            }

    def clean_end(self) -> Any:
        start, end = self.cleaned_data.get("start"), self.cleaned_data["end"]
        if start and end < start:
            raise forms.ValidationError(_("结束日期早于开始日期，请改正。"), code="order")
        return end


class CloseForm(forms.Form):
    """Who takes over the cases of a closing account."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("谁来接手"), queryset=Staff.objects.none(), required=False,
        empty_label=gettext_lazy("不指定，交给负责人"),
    )  # fmt: skip

    def __init__(self, staff: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = colleagues(staff)  # type: ignore[attr-defined]  # a choice of rows


class PostForm(forms.Form):
    """A post for somebody: unit, role, and how the post is called there."""

    unit = forms.ModelChoiceField(label=gettext_lazy("单位"), queryset=Unit.objects.none(), empty_label=None)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    title = forms.CharField(label=gettext_lazy("岗位名称"), max_length=40, required=False)

    def __init__(self, units: QuerySet[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a choice of rows


class NewAccountForm(PostForm):
    """A new member of staff with a first post."""

    account = forms.RegexField(
        r"^[A-Za-z0-9._-]{2,40}\Z", label=gettext_lazy("账号"),
        help_text=gettext_lazy("2到40个字母、数字、点或横线。"),
        error_messages={
            "required": gettext_lazy("请填写账号。"),
            "invalid": gettext_lazy("账号只能用字母、数字、点和横线。"),
        },
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=40, error_messages={"required": gettext_lazy("请填写姓名。")}
    )
    field_order = ("account", "name", "unit", "role", "title")

    def clean_account(self) -> str:
        account = str(self.cleaned_data["account"])
        if Staff.objects.filter(account=account).exists():
            raise forms.ValidationError(_("这个账号已有人用，请换一个。"), code="taken")
        return account


def colleagues(staff: Staff) -> QuerySet[Staff]:
    """Who can stand in for somebody: every other open account."""
    return Staff.objects.filter(is_active=True).exclude(pk=staff.pk).order_by("unit__path", "account")


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when that is nothing; None when the page is only being opened."""
    return request.POST if request.method == "POST" else None
